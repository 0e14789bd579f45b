"""The restore drill: tables of one second under new names, and every case from its entries."""
