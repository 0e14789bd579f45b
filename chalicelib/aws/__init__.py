"""The ports on DynamoDB, SQS, SNS, SES, KMS and Lambda."""
