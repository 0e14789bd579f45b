"""Packing of bodies: zlib, told beforehand what nearly every case says.

A case of some hours lies close above one kilobyte by zlib alone, and well below it with the
dictionary; each kilobyte costs a commit two write units, and as much again in the due index.
"""

import zlib
from hashlib import sha256

NAME = "zlib+1"
LARGEST = 1_000_000

# For ever as it is: what was packed with it is unpacked with it.  A better one gets a new name.
_DICTIONARY = (
    b'"acted":["per_0"],"brand":"","degraded":true,"linked":["cas_0"],"region":"","site":"",'
    b'"suspect":true,"held":{"rung.1":179"silence.per_01","to_s3":'
    b'"authority_notified","not_reached","reporter","inbound","outbound","internal","messages":'
    b'{"clocks":{"K10":179,"K3":179,"K4":179,"K9":179,"repeat.per_01":179,"rung.1":179,'
    b'"rung.2":179,"rung.3":179,"rung.4":179,"send.1.0":179,"send.1.1":179,"top":179},'
    b'"code":"","counts":{"contacts":1,"inbound":1},"fired":1,'
    b'"first":{"inbound":179,"paged":179,"received":179},"id":"cas_01","ladder":{'
    b'"S0":"0s:owner,safety_specialist 3m:owner_second 5m:duty_director 10m:head_of_safety '
    b'20m:executive_sponsor top=10m repeat=3m k3=3m k4=10m k9=30m k10=1d",'
    b'"S1":"0s:owner 10m:owner_second 20m:duty_director 40m:head_of_safety '
    b'90m:executive_sponsor top=1h repeat=10m k3=10m k4=1h k9=4h k10=3d",'
    b'"S2":"0s:owner 2h:owner_second 8h:duty_director 1d:head_of_safety top=1d '
    b'k3=2h k4=1d k9=1wd k10=10d",'
    b'"S3":"1wd:owner 2wd:owner_second 3wd:duty_director top=1wd k3=1wd k4=3wd k9=1wd k10=15d",'
    b'"S4":"k10=15d to_s3=3wd","name":"life-safety/1"},"last":179,"opened":179,"paged":{'
    b'"per_01":["executive_sponsor",4,2,{"email":179,"sms":179}],'
    b'"per_01":["safety_specialist",0,4,{"email":179,"sms":179}],'
    b'"per_01":["owner_second",1,2,{"email":179,"sms":179}],'
    b'"per_01":["owner",0,2,{"email":179,"sms":179}]},"policies":["danger-now"],'
    b'"recent":["msg_01","msg_01"],"schema":1,"sending":{'
    b'"1.0":["per_01","owner","sms",0,"rung",1,179],'
    b'"1.1":["per_01","owner","email",0,"repeat",1,179]},'
    b'"seq":1,"subject":"link#subject#","tier":"S0","vendor":"'
)


def digest() -> str:
    """SHA-256 of the dictionary, in hex, so that a test can hold it still."""
    return sha256(_DICTIONARY).hexdigest()


def pack(plain: bytes) -> bytes:
    """Smaller, usually."""
    packer = zlib.compressobj(level=6, zdict=_DICTIONARY)
    return packer.compress(plain) + packer.flush()


def unpack(name: str, packed: bytes) -> bytes:
    """What ``pack`` was given.

    Raises:
        ValueError: packed in another way, cut short, broken, or larger than 1 MB.
    """
    if name != NAME:
        raise ValueError("packed by another release")
    unpacker = zlib.decompressobj(zdict=_DICTIONARY)
    try:
        plain = unpacker.decompress(packed, LARGEST)
    except zlib.error:
        raise ValueError("broken") from None
    if not unpacker.eof:
        raise ValueError("too large or cut short")
    return plain
