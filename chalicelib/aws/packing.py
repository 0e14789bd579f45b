"""Packing of bodies and entries: plain zlib, or zlib told beforehand what nearly all of them say.

A case of some hours lies close above one kilobyte by zlib alone, and well below it with a
dictionary, and so does the entry of a repeated complaint; each kilobyte costs two write units.
"""

import zlib
from hashlib import sha256

ZLIB = "zlib"
BODY = "zlib+1"
ENTRY = "zlib+2"
LANES = "zlib+3"
LARGEST = 1_000_000

# For ever as they are: what was packed with one is unpacked with it.  A better one gets a new name.
_BODIES = (
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

_ENTRIES = _BODIES + (
    b'{"actor":{"id":"anonymous","org":"","role":"reporter","t":"anonymous"},"at_ms":179'
    b'{"actor":{"id":"machine","org":"","role":"machine","t":"machine"},"at_ms":179'
    b'{"actor":{"id":"per_01","org":"","role":"owner","t":"person"},"cause":{"id":"","kind":"page"}'
    b',"kind":"wake_up"},"chain":"case#cas_01","kind":"sweep"},"events":[{"action":"","e":"acted.v1"'
    b',{"by":"per_01","clocks":["repeat.per_01","rung.1","silence.per_01"],"e":'
    b'"clocks.cancelled.v1","why":"acted"},{"e":"clocks.met.v1"},"e":"acknowledged.v1","role":'
    b'{"brand":"","calendar":"","case":"cas_01","channel":"","claimed_ms":179,"code":"'
    b'{"from":"S1","to":"S0","e":"tier.raised.v1","why":"'
    b'{"channel":"sms","e":"page.requested.v1","n":1,"page":"1.0","person":"per_01","role":'
    b'{"channel":"email","e":"page.requested.v1","n":2,"page":"1.1","person":"per_01","role":'
    b'"rung":0,"why":"repeat"},{"clocks":{"repeat.per_01":179,"send.1.0":179},"e":"clocks.set.v1"},'
    b'{"clocks":{"rung.0":179},"e":"clocks.lapsed.v1"},{"e":"rung.fired.v1","rung":0},'
    b'"region":"","site":"","start":179,"subject":"link#subject#","e":"case.opened.v1",'
    b'"e":"message.added.v1","direction":"outbound","kind":"reply","speaker":"vendor_agent"'
    b'"policy":"cry-for-help","policy":"unknown-language","policy":"violence","error":"'
    b'"policy":"missing-or-confined","policy":"danger-now","policy":"cannot-be-reached-and-a-sign",'
    b'"S1","version":1},{"matches":[],"policy":"cannot-be-reached","suspect":true,"tier":"S2"'
    b'{"actor":{"id":"crd_01","org":"","role":"vendor_agent","t":"credential"},"at_ms":179,'
    b'"cause":{"id":"-4","kind":"http"},"chain":"case#cas_01","code":{"fn":"api","policies":"",'
    b'"ver":"0.1.0"},"eid":"ent_01","events":[{"channel":"hotline","degraded":false,"direction":'
    b'"inbound","e":"contact.added.v1","judged":{"facts":{"attributes":{},"blank":false,'
    b'"can_be_reached":"","channel":"app","concepts":["cry-for-help","stopped"],"counts":{'
    b'"relative":1,"":1},"danger_now":"yes","direction":"inbound","kind":"complaint","language":"zh'
    b'","length":1,"speaker":"reporter","subject_kind":"driver","third_party":true},"findings":['
    b'{"matches":[["relative",0,2]],"policy":"","suspect":false,"tier":"S0","version":1}],"shadow":'
    b'[]},"kind":"complaint","msg":"msg_01","problems":["],"sid":"vlt_01","speaker":"reporter",'
    b'"suspect":false,"tier":"S0","vendor":""}],"log":"tocsin","pii":[{"c":"","f":"text","sid":'
    b'"vlt_01"},{"c":"","f":"received","sid":"vlt_01"},{"c":"","f":"evidence","sid":"vlt_01"},'
    b'{"c":"","f":"reporter","sid":"vlt_01"},{"c":"","f":"subject","sid":"vlt_01"},'
    b'{"c":"","f":"order","sid":"vlt_01"},{"c":"","f":"attributes","sid":"vlt_01"}],'
    b'"prev":"","seq":1,"state":{"post":"","pre":""},"type":"message","v":1}'
)
# Bodies with lanes, duties, reporters' links and whom a case waited for.
_LANES = _BODIES + (
    b'"absorbed":["cas_01"],"contained":179,"closed":["confirmed","per_01",179,""],"duress":true,'
    b'"glass":["per_01","per_01",179],"gravest":"S0","hold":179,"parent":"cas_01",'
    b'"freeze":["frozen","per_01",179],"police":["asked","crd_01",179],"released","verified",'
    b'"proposals":{"1":["lower","misread","per_01","owner",179,"S2",[],[]]},"resolve","cause_fixed"'
    b'"resolved":["per_01","per_01","cause_fixed",179],"reviews":{"cleared":["per_01","S0",""]},'
    b'"tasks":{"":["",true,179,0]},"tries":[["per_01","phone",179]],"withdrawn":179,'
    b'"held":{"rung.1":179,"rung.2":179,"rung.3":179,"rung.4":179},"hazards":["life-at-risk",'
    b'"missing","assault","duress","fire","gas","vulnerable","violence","unsorted"],'
    b'"acted":["per_01","authority_informed",179,0],"subject_frozen","reporter_reached_safe",'
    b'"ack":["per_01","owner",179,false],"brand":"","clocks":{"K10":179,"K11":179,"K13":179,'
    b'"K3":179,"K4":179,"K5":179,"K6":179,"K7":179,"K8":179,"K9":179,"data.data":179,"hold":179,'
    b'"police":179,"proposal.1":179,"repeat.per_01":179,"review.cleared":179,"rung.1":179,'
    b'"rung.2":179,"rung.3":179,"rung.4":179,"send.1.0":179,"send.1.1":179,"task.":179,"top":179,'
    b'"try":179},"code":"","contacted":179,"counts":{"broken":1,"calls":1,"contacts":1,'
    b'"escalated":1,"inbound":1,"internal":1,"kept":1,"outbound":1,"promised":1,"stalls":1},'
    b'"data":{"data":["per_01",179,0]},"done":{"K13":179,"K5":179,"K6":179,"K7":179},"fired":5,'
    b'"firm":"S0","first":{"acknowledged":179,"acted":179,"broken":179,"calls":179,"escalated":179,'
    b'"inbound":179,"internal":179,"outbound":179,"paged":179,"promised":179,"received":179,'
    b'"rope":179,"stalls":179},"id":"cas_01","ladder":{'
    b'"S0":"0s:owner,safety_specialist 3m:owner_second 5m:duty_director 10m:head_of_safety '
    b"20m:executive_sponsor top=10m repeat=3m k3=3m k4=10m k5=10m k6=15m k7=10m k7_fast=5m k9=30m "
    b'k10=1d k11=7d k13=15m","S1":"0s:owner 10m:owner_second 20m:duty_director 40m:head_of_safety '
    b"90m:executive_sponsor top=1h repeat=10m k3=10m k4=1h k5=30m k6=1h k7=1h k7_fast=5m k9=4h "
    b'k10=3d k11=7d k13=15m","S2":"0s:owner 2h:owner_second 8h:duty_director 1d:head_of_safety '
    b'top=1d k3=2h k4=1d k5=8h k6=1d k7=1d k9=1wd k10=10d k11=7d",'
    b'"S3":"1wd:owner 2wd:owner_second 3wd:duty_director top=1wd k3=1wd k4=3wd k5=2wd k6=2wd '
    b'k9=1wd k10=15d k11=7d","S4":"k10=15d to_s3=3wd","name":"life-safety/2"},"last":179,'
    b'"missed":{"K13":1,"K5":1,"K6":1,"K7":1},"opened":179,"paged":{'
    b'"per_01":["executive_sponsor",4,2,{"email":179,"sms":179}],'
    b'"per_01":["head_of_safety",3,2,{"email":179,"sms":179}],'
    b'"per_01":["duty_director",2,2,{"email":179,"sms":179}],'
    b'"per_01":["owner_second",1,2,{"email":179,"sms":179}],'
    b'"per_01":["safety_specialist",0,4,{"email":179,"sms":179}],'
    b'"per_01":["owner",0,2,{"email":179,"sms":179}]},"policies":["cry-for-help",'
    b'"missing-or-confined","danger-now","cannot-be-reached-and-a-sign"],"recent":["msg_01'
    b'","msg_01"],"region":"cn-","ropes":{"vlt_01":[["sms","email"],"vendor",false,179]},'
    b'"schema":1,"sending":{"1.0":["per_01","owner","sms",0,"rung",1,179],'
    b'"1.1":["per_01","owner","email",0,"rung",1,179]},"seq":1,"site":"","subject":"",'
    b'"tier":"S0","vendor":"","vendors":[""],"waited":{"client.data":1,"client.on_call":1,'
    b'"client.owner":1,"nobody":1,"reporter":1,"vendor":1},"waiting":["client.on_call",179]}'
)
_DICTIONARIES = {ZLIB: b"", BODY: _BODIES, ENTRY: _ENTRIES, LANES: _LANES}


def digest() -> str:
    """SHA-256 of the first dictionaries, in hex, so that a test can hold them still."""
    return sha256(_BODIES + _ENTRIES).hexdigest()


def digest_of(name: str) -> str:
    """The same of one of them."""
    return sha256(_DICTIONARIES[name]).hexdigest()


def pack(name: str, plain: bytes) -> bytes:
    """Smaller, usually; ``name`` is ``ZLIB``, ``BODY``, ``ENTRY`` or ``LANES``."""
    told = _DICTIONARIES[name]
    packer = zlib.compressobj(9, zdict=told) if told else zlib.compressobj(9)
    return packer.compress(plain) + packer.flush()


def unpack(name: str, packed: bytes) -> bytes:
    """What ``pack`` was given.

    Raises:
        ValueError: packed in another way, cut short, broken, or larger than 1 MB.
    """
    if name not in _DICTIONARIES:
        raise ValueError("packed by another release")
    unpacker = zlib.decompressobj(zdict=_DICTIONARIES[name])
    try:
        plain = unpacker.decompress(packed, LARGEST)
    except zlib.error:
        raise ValueError("broken") from None
    if not unpacker.eof:
        raise ValueError("too large or cut short")
    return plain
