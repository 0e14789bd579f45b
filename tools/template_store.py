"""Where CloudFormation reads the merged template: a call takes 51,200 bytes of it, S3 1 MB.

Ours, with a role for each function, is larger than the first.
"""

import hashlib
from typing import Any


def keep(store: Any, template: str, bucket: str, folder: str = "") -> str:
    """Put the template into the bucket under its digest; its address for ``TemplateURL``.

    ``store`` is an S3 client, ``folder`` ends with a slash.  Raises ClientError.
    """
    body = template.encode()
    key = f"{folder}{hashlib.sha256(body).hexdigest()}.json"
    store.put_object(Bucket=bucket, Key=key, Body=body)
    return f"{store.meta.endpoint_url}/{bucket}/{key}"
