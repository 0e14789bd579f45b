"""Common English words, by which an English text is known.

The commonest of three public-domain collections of complaints by the United States government
(NHTSA vehicle complaints, CPSC product incident reports, CFPB consumer complaints), folded, with
some words of travel and delivery. Words that other languages share ("no", "me") are left out.
"""

WORDS = """
ability able about above abruptly absolutely accelerate accelerated accelerating accepted access
accident accidentally accidents accordance according accordingly account accounts accuracy accurate
accurately acknowledge across act action actions activated activities activity actual actually add
added addition additional additionally address addressed addresses adequately adult advance
advantage adverse advertised advise advised affect affected afford afraid after afternoon again
against age agencies agency agent ages ago agreed agreement ahead aid air airbag airbags airline
alarm alert alerted all alleged alleging allow allowed allowing allows almost alone along already
also although always amazing ambulance amount amounts and another answer answers anti any anymore
anyone anything anywhere apart apartment app apparent apparently appear appeared appearing appears
applicable application applied apply appointment appreciate appreciated appropriate approval
approved approx approximate approximately april are area arms around arrived asap ask asked asking
assembly assigned assignment assist assistance associated assumed assured at attached attempt
attempted attempting attempts attention attorney august authenticated authority authorization
authorize authorized automated automatic autopay avail available avoid aware away awesome awful
babies baby babys back backed backwards bad badly bag bags balance ball balls bank banking
bankruptcy bar barely based basically basis bath batteries battery be beads bear bearing became
because become becomes becoming bed been before began beginning behalf behind being believe believed
believes belong below belt bent best better between beyond big bill billing bills birth birthday bit
black bleeding blew block blocked blocking blocks blood blow blue board body bone both bottle bottom
bought bowel box boy brake brakes braking branch brand breach break breakdown breakfast breaking
breaks breathing bright bring broke broken brother brought bruised bruises bruising building bump
bumper bunch bureau bureaus burn burned burning burns burnt burst bushings business busy but button
buy by cable calculated call called caller calling calls came campaign can cancel cancelled cannot
cant cap card cards care careful carefully cars cases cash catch caught cause caused causes causing
cease cement center certain certainly certificate certified chain chance change changed changes
channel character charge charged charges charging chase check checked checking chemical chemicals
chest chewing child children childrens childs choice choke choked choking christmas circuit
circumstances citizens city civil claim claimed claiming claims clean clear clearly click close
closed closer closing code codes cold collapsed collect collection collections collector collision
color column com comes coming commission common communicate communication companies company
compartment compensation complain complained complaining complaint complaints complete completed
completely compliance compliant comply complying components compromised computer concern concerned
concerning concerns concrete condition conditions conduct conducted confidence confidentiality
confirm confirmation confirmed connected connection consent consequently consider considered
considering consistent consistently constantly constitute constitutes consumer consumers contact
contacted contacting contacts contain contained containing contains continue continued continues
continuing contract convictions cool cooperation copies copy cord corner correct corrected
correction corrective correctly cost costs couch could couldnt country county coupe couple coupon
courier course court cover covered crack cracked crank crash crashed crashing crazy create created
creating credit creditor creditors creditworthiness crew crib crimes criminal crossing crucial
crying curb current currently curve customer customers cut cuts cutting cylinder daily damage
damaged damages damaging danger dangerous dark dash dashboard data dated dates daughter daughters
day days dead deadly deal dealer dealers dealership dealing dear death debt debts december deceptive
decided decision declared deemed deep defamation defect defective definitely degree degrees delay
delayed delete deleted deletion delinquency delinquent delivered delivery demand demands denied deny
department deploy deployed deposit depressed derogatory described description design designed desist
despite destroyed detached detailed details determine determined detrimental developed device
diagnose diagnosed diagnosis diagnostic did didnt died different difficult difficulty direct
direction directions directly dirty disappointed discharged disclosed disclosure disclosures
disconnected discount discover discovered display dispute disputed disputes disputing disregard
distress distributed ditch division doctor doctors document documentation documented documents does
doesnt dog doing doll dollar dollars dolls done dont door doors double down drive driven driver
drivers driveway driving dropped drove dry due duplicate during duty each earlier early easily easy
eat edge edges effect effort efforts either electric electrical electronic else email emails
emergency emitted employer enclosed end ended ending ends engaged engine enough ensure entered
entire entitled entries entry equitable erroneous errors escrow especially essential estimated etc
even evening event eventually ever every everyday everything everywhere evidence exact exactly
examined example excellent except exceptional exercise exist exists exit exiting expect expected
expeditiously expense expensive experience experienced experiences experiencing expired explain
explained explaining explanation exploded exposed express expressed extended extent extra extreme
extremely eye eyes fabric face fact factory fail failed failing fails failure failures fair fairly
fairness faith fall fallen falling falls false falsely family far fatal father fault faulty fear feb
february fed federal fee feel feeling feels fees feet fell felt few figure figures file filed files
filing filled finally financial financially find finding findings fine finger fingers fire first fit
five fix fixed flames flat flew flight flights flip flipped floor flow fluid flying foam fold follow
followed following follows food foot for force forced form formal formally forms forth fortunately
forward found four fractured frame fraud fraudulent fraudulently free freedom freeway freeze
frequently friday friend friendly friends from front frozen frustrating frustration fuel full fully
fumes fun function functioning funds furnish furnisher furnishers furnishing further furthermore
fuse future game garage gas gasoline gate gave gear get gets getting girl girls give given gives
giving glass glow god goes going gone good goods got gotten government grab grabbed granddaughter
grandson great greatly green ground group grow guard guardrail guidance gun hacked had hadnt hair
half hand handle handled handles hands happen happened happening happens happy harassment hard harm
harmed harming harness has hasnt have havent having hazard hazards head health hear heard hearing
heat heavy held helicopter hello help helpful her here hereby hers herself hi hidden high higher
highly highway hill him himself his history hit hitting hold holding holds hole holes home honor
hood hope hopefully hoping horrible hot hotel hour hours house housing how however huge hundreds
hurt hurting husband ice idea identical identified identifying identity if ignition ignore ignored
ill illegal illuminated imagine immediate immediately impact impacted impacting impartiality
important impossible improper inaccuracies inaccurate inaccurately inch inches incident incidents
include included includes including income incomplete inconsistent incorrect incorrectly increase
independent index indicate indicated indicates indicating indication indicator individual infant
infants info inform information informed informing ingested initial initially initiate initiated
injured injuries injury inquire inquiries inquiry inside inspected inspection installed instances
instead institution instructed instruction instructions instrument insurance insure integrity intend
intended interest interior intermittent intermittently internal intersection interstate into
investigate investigated investigation investigations invoice involved ions is isnt issue issued
issues it item items its itself ive january job joint july jump june just keep keeping keeps kept
key keys kid kids killed kindly kit kitchen knee knew know knowing knowledge known knows label
labeled labor laceration lack lamp landed landing lane lanes last late later law laws lawsuit lead
leading leads leak leaked leaking learned learning least leave leaving led left leg legal legally
legs lending length less let letter letters level levels liability liable lid life light lights like
likely limit limited line link lip liquid list listed literally litigation little live lived lives
living loan loans locate located location lock locked locking locks lodged login long longer look
looked looking looks loose lose loses losing loss lost lot loud love loves low lower luckily lucky
luggage machine made magnet magnetic magnets mailed maintain maintained maintaining major make makes
making malfunction malfunctioned managed manager mandated mandates maneuver manner manual
manufacture manufactured manufacturer manufacturers manufacturing many march mark market marketed
marks material matter maximum may maybe means meant measures mechanic mechanics mechanism median
medical meet melt melted melting mental mention mentioned message messages method middle might mile
mileage mileages miles mind mine mini minor minute minutes misleading miss missed missing mistake
mode model models modification module mom moment monday money monies monitoring month monthly months
more moreover morning mortgage most mostly mother motion motors mouth move moved movement moves
moving mph much multiple musical must my myself nail name named names near nearly necessary neck
need needed needs negative negatively negligent neither never new news next nice night nobody noise
noncompliance none nonpublic nor normally north nose not noted nothing notice noticed noticing
notification notified november now number numbers numerous object obligation observed obtain
obtained obviously occasionally occasions occur occurred occurrence occurring occurs october odor of
off offer offered office often oh oil ok okay old older olds one ones ongoing online only onto open
opened opening operate operated operating operation opinion opposite options orange order ordered
original originally other others otherwise our out outdated outlined outside outstanding over
overcharge overcharged overcharging owe owed own owned owner owners ownership owns pack package
packaging page paid painful paint panel paper paperwork parcel parent parents park parked parking
part partial partially particular particularly parts party pass passed passenger passengers password
past patient pavement pay paying payment payments pedal penalty pending people perfect perform
performed period periodic permanent permanently permissible permission person phone photo photos
physical physically pick picked picture pictures piece pieces pillow pin pinched pink place placed
places plan plane plans plastic platform play played playing please pls plush pocket point pointed
points pole police policy poor poorly pop popped popping portion poses position positive possibility
possible possibly post posted potential potentially power powered practice practices presence
present presented pressure prevent preventing previous previously price prior privacy private
probably problem problems procedure procedures proceeded process processed processing product
products profile program prohibits project promotion prompt promptly proof proper properly property
protect protected protection prove provide provided provides providing public pull pulled pulling
pump punitive purchase purchased purchasing purple purpose purposes pursuant pursue push pushed
pushing put putting quality question questions quick quickly quit quite rail raised ramp ran random
randomly range rates rather rattle reach reached reaction read reading ready real reality realize
realized really rear reason reasonable reasons recall recalled recalls receipt receive received
receiving recent recently recognize recommended record records rectify redacted reference referenced
reflect refund refunded refuse refused refuses refusing regain regard regarding regardless regards
registered regular regulation regulations reimbursement reinvestigation related relates relating
release released remain remained remaining remains remedy remind remote removal remove removed
removing rental repair repaired repairs repeated repeatedly replace replaced replacement replacing
replied reply report reported reporting reports representative representatives reputation request
requested requesting requests require required requirements requires requiring research researched
researching reserve reset resolution resolve resolved resolving respect respectfully respond
responded response responses responsibilities responsibility responsible rest restart restarted
restarting restaurant restore result resulted resulting results resumed retail retailer return
returned returning reverse review reviewed reviewing reviews ride rider rides riding right rights
ring ripped risk road roads roadway rod roll rolled room rotors rough round rubber rude ruin rule
run running rush rushed safe safely safety said sales same save saw say saying says scam scared
scary scene schedule scheduled school score screaming screen screw screws search searched seat
seatbelt second seconds section sections secure secured securing security see seek seeking seem
seemed seems seen sell selling send sending sense sensor sent separate september series serious
seriously serves service serviced services servicing set sets seven several severe severely shaft
shake shall shape shaped shapes shared sharp shattered she shelves shift shifted shifter shipping
shocked shop shopping short shortly shot should shoulder shouldnt show showed showing shown shows
shut shuts side sides sidewalk sign signal signature signed significant silence similar simple
simply since sincerely single sister sit site sitting six size skin sky sleep slightly slipped slow
slowly small smaller smashed smell smelled smoke smoking snapped social soft sold solely solution
solutions some somehow someone something sometimes sons soon sorry sort sound sounded sounds source
south space spark speak specific specifically speed speeds spend spent spin spinning split spoke
spoken sporadically spot spring spun staff stall stalled stalling stand standard standards standing
star start started starting starts state stated statement statements states stating station status
stay stayed steer steering step steps stick sticking sticks still stitches stole stolen stomach stop
stopped stopping stops store stores straight stranded strangulation strap street stress string
stroller strong struck stuck student stuff stuffed subject submit submitted submitting subsection
subsequent such sudden suddenly suffered suggested supervisor supplied supply support supporting
supposed sure surely surface surgery surprise sustained swallow swallowed swallowing swelling swift
switch swollen symptoms system systematic table tactic tail take taken takes taking talk talked
talking tank target tax taxes team tear tech technician teeth telephone tell telling tells
temperature ten tent terms terrible test tested testing text than thank thankfully thanks that thats
the theft their them themselves then there therefore theres these they theyre thing things think
thinking third thirty this thorough thoroughly those though thought thousands threatening three
threw throat through throughout thrown thru thumb thus tight time timeframe timely times tiny tip
tipped tire tires title to today todays toddler toddlers together told tomorrow too took top total
totaled totally touch touched tow toward towards towed town toxic toy toys track traction trade
tradeline traffic train transaction transactions transfer transferred transfers transmission
transportation trapped travel traveling treat treated treatment tree tricycle tried trike trip
trouble truck true trust truth try trying tub tube turn turned turning turns twice two type unable
unacceptable unauthorized unavailable under underneath understand understanding unfair unfortunately
union unit united unknown unlawful unless unlock unnecessary unsafe unstable until unverifiable
unverified up update updated upon upper upset upside urge urgent usage use used useful using usually
valid validate validated validation validity value various veered vehicle vehicles verbal verifiable
verification verified verify very victim video violate violated violates violating violation
violations violently visit vomiting wait waited waiting walk walking wall want wanted wants warm
warned warning warnings warranty wasnt water way we wear wearing weather web website week weekend
weeks weight well went were wet what whatever wheel wheels when whenever where whether which while
white who whole whom why wife willful willfully window windows winter wire wires wiring wish with
within without wont wood wooden work worked working works worn worried worse worst worth would
wouldnt wrapped wreck wrist write writes writing written wrong wrote yard year years yellow yes
yesterday yet you young younger your yrs
"""

ENGLISH = frozenset(WORDS.split())
