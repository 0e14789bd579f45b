"""What stands already, and what this checkout would bring: key, stream, recovery, policies."""

import base64

from chalicelib.bundle import load_bundle
from tools.policies import source_digest
from tools.preflight.model import Answer, Line, Site

TABLES = ("CasesTable", "AuditTable", "VaultTable", "RegistryTable")
NEW = "the first deployment makes it"


def key(site: Site, answer: Answer) -> Line:
    """Whether the vault's key can be used, and is the one that intake seals to."""
    if site.is_first:
        return answer.ok(NEW)
    client, identity = site.client("kms"), site.outputs["VaultKeyId"]
    state = client.describe_key(KeyId=identity)["KeyMetadata"]["KeyState"]
    if state != "Enabled":
        do = f"aws kms enable-key (or cancel-key-deletion) --key-id {identity}, or no word opens"
        return answer.stop(f"the vault's key is {state}", do)
    public = base64.b64encode(client.get_public_key(KeyId=identity)["PublicKey"]).decode()
    sealing = site.parameters.get("VaultPublicKey", "")
    if sealing and sealing != public:
        do = "give VaultPublicKey= the public half of VaultKey, or words are sealed for nobody"
        return answer.stop("intake seals to another key than the vault's", do)
    return answer.ok("enabled, and the one that intake seals to")


def stream(site: Site, answer: Answer) -> Line:
    """Whether the audit table still tells of every entry."""
    if site.is_first:
        return answer.ok(NEW)
    table = site.client("dynamodb").describe_table(TableName=site.outputs["AuditTable"])["Table"]
    if table.get("StreamSpecification", {}).get("StreamEnabled"):
        return answer.ok("on")
    do = "somebody turned it off by hand; find out who, and turn it on: NEW_IMAGE"
    return answer.stop("the audit table's stream is off", do)


def recovery(site: Site, answer: Answer) -> Line:
    """Whether every table can be brought back to a second of the last 35 days."""
    if site.is_first:
        return answer.ok(NEW)
    store = site.client("dynamodb")
    off = []
    for output in TABLES:
        told = store.describe_continuous_backups(TableName=site.outputs[output])
        described = told["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        if described.get("PointInTimeRecoveryStatus") != "ENABLED":
            off.append(site.outputs[output])
    if off:
        do = "aws dynamodb update-continuous-backups, and make a restore drill when it is on"
        return answer.stop(f"point-in-time recovery is off: {', '.join(off)}", do)
    return answer.ok(f"point-in-time recovery is on for all {len(TABLES)} tables")


def monitor(site: Site, answer: Answer) -> Line:
    """Whether anybody outside would hear that the deployment has fallen silent."""
    if site.parameters.get("WatchdogUrl"):
        return answer.ok("heartbeats go to a monitor outside")
    do = "give WatchdogUrl=… (docs/operations.md, Who watches the watchdog)"
    return answer.warn("no monitor outside: no canaries, no self-checks", do)


def bundle(site: Site, answer: Answer) -> Line:
    """Whether the policies that would be deployed are the ones that lie here."""
    digest = str(load_bundle()["digest"])
    if source_digest(site.root) != digest:
        return answer.stop("the bundle is not that of policies/", "make policies, and commit it")
    return answer.ok(f"fresh, {digest[:12]}")
