"""Common English words, by which an English text is known.

Every word of two or more texts in three public-domain collections of complaints by the United
States government (NHTSA vehicle complaints, CPSC product incident reports, CFPB consumer
complaints), folded, with some words of travel and delivery. Words that other languages share
("no", "me") are left out.
"""

WORDS = """
abdomen abdominal ability able abnormally about above abrasion abrasions abruptly abs absolute
absolutely absorb abused abuses abusive academy acc accelerate accelerated accelerating acceleration
accelerator acceptable accepted accepting access accessible accessories accident accidentally
accidently accidents accordance according accordingly account accountability accountable accounting
accounts accrue accrued acct accuracy accurate accurately acetone acid acknowledge acknowledged
acquire acquired acr across act acted acting action actions activate activated activates active
activities activity actual actually acute adapter adapters add added adding addition additional
additionally address addressed addresses addressing adequately adhere adhesive adjust adjusted
adjuster adjustment administered administration administrator admission admit admitted adopt adopted
adorable ads adult adults advance advanced advantage adventure adverse advertise advertised
advertising advice advise advised advisor advisory advocate affairs affect affected affecting
affects affiliation affirmative affixed afford affordable afforded aforementioned afraid after
afternoon afterward afterwards again against age aged agencies agency agent ages aging ago agree
agreed agreement agreements agricultural ahead aid aimed air airbag airbags airborne airline
airlines airplane airport airway alabama alarm alarmed alarming albany alert alerted alex alexandria
alextoys alien align alignment alive alkaline all allegations alleged alleging allergic allergy
alligator allow allowed allowing allows alloy allstate almost alone along alot alphabet already also
altered alternator although always amazed amazing amazon amazons ambulance america american americas
among amount amounts amp analysis analyze analyzed analyzer and anesthesia angel angle anguish
animal animals ankle ann annoying annual another answer answered answers antedates antenna anti
antibiotic antibiotics anticipate anticipated antonio anus anxiety any anybody anymore anyone
anything anytime anyway anyways anywhere apart apartment apartments app appalled appalling apparent
apparently appeal appear appeared appearing appears appendix applicable application applications
applied applies apply applying appointment appointments appreciate appreciated approached
approaching appropriate appropriately approval approve approved approx approximate approximately
apps appt april aprox arc arcade arch are area areas arent arise arises arizona arkansas arm arms
around arrangements arrival arrive arrived art article asap ase aside asin ask asked asking asleep
asphalt asphyxiation aspiration assemble assembled assembling assembly assert assessed assessing
assigned assignment assist assistance assistant assisted assists associated associates association
assume assumed assuming assurance assure assured asthma astm astounded at ate atleast attach
attached attaches attaching attachment attachments attack attempt attempted attempting attempts
attendant attending attention attitude attn attorney attorneys attractive attributed auction audible
aug august aunt australia authenticated authorities authority authorization authorize authorized
autistic automated automatic automatically automobile automotive autopay autopsy avail availability
available ave avenue avoid avoided awaiting awake awarded awards aware away awesome awful awhile
axel axle axles babies baby babys babysitter babysitters back backed background backing backrest
backseat backward backwards backyard bacterial bad badly bag baggage bags baking balance balanced
bald ball ballon ballons balloon balloons balls band bandaged bang banged banging bank bankers
banking bankruptcy banned bar barbie barcode bare barely barn barrier bars base baseball based basic
basically basis basket basketball bassinet bat batch bath bathing bathroom bathtub battat batter
batteries battery batterys battle battles bay bday be beach bead beads beak beam beams bear bearing
bearings bears beat beating beautiful became because become becomes becoming becuase bed bedford
bedroom bee been beep beeped beeping beeps before beg began begin beginning begins begun behalf
behaved behind being believe believed believes belive bell bells belly belong belonged below belt
belts bench bend bending bends beneath benefit benefits bent best better between beverly beyond big
bigger bike bill billing bills binding bins bird birth birthday bit bite biting bits bitten black
blacked blackened blade blades blame blamed blaming blanket blast blaster blatant bled bleed
bleeding blessing blew blind blinded blindness blink blinker blinking blinks blister blistered
blisters block blocked blocking blockno blocks blocktype blood bloodshot bloody blow blower blowing
blown blowout blows blue blvd board boards boat boats bob bodily body bodysuit bolt bolts bomb bone
bones bonus boo book booked booking boom boombox boon boot boots born boss both bothered bottle
bottles bottom bought boulder boulevard bounce bounced bouncing bound boutique bow bowel bowels bowl
bowling bows box boxes boy boyfriend boys bracelet bracelets braces bracket brain brake braked
brakes braking branch brand branded brands bravo breach breached break breakdown breakfast breaking
breaks breast breath breathe breathing brick bridge briefly bright bring bringing brio britax
brittle broke broken bronopol brooklyn brother brothers brought brown brownish bruise bruised
bruises bruising brushless bubble bubbled bubbles buck bucked bucket buckle buckled buckles buckling
bucky buckyball buckyballs buddy budge bug bugaboo buggy build builder building built bulb bulbs
bulldozer bullet bulletin bulletins bump bumped bumper bumps bunch bundle bunk bunny bureau bureaus
burn burned burnie burning burns burnt burst bus bushing bushings business busted busy but butterfly
button buttons buy buying buzz buzzing by bye bystanders cab cabin cable cables cabs cadmium cage
cake cal calculated calf california calipers call called caller callers calling calls calm calmed
cam came camera cameras camp campaign camper can canada cancel cancelled candle candy cannot cant
cap capability capable capital caps car card cardboard cards care cared careened careful carefully
caregiver cargo carolina carpet carpeted carpeting carried carrier carrot carry carrying cars
carseat carsurvey cart cas case cases cash casing cast castle cat catalytic catastrophic
catastrophically catch catches catching categorized category caterpillar caught cause caused causes
causing caution cautious cavity cease ceased celebrate cell cells cement center centimeters central
certain certainly certificate certified certify cfpa cfpb cfr chain chains chair challenged chance
chances change changed changes changing channel channels character characters charge charged charger
chargercar charges charging chase cheap cheaper cheaply check checked checking checks cheek cheeks
cheese chemical chemicals cherokee chest chevrolet chevy chevys chew chewed chewing chews chicco
chicken chief child childcare childproof children childrens childs chime chimes chiming chin china
chinese chip chipped chloride chocked chocking chocolate choice choke choked chokes choking choose
choosing chop chose chosen christmas chrysler chubby chuckle chunk church chute circle circles circo
circuit circuits circular circulation circumstances cited citizens citrus city civil claim claimed
claiming claims clamp clamped clamps clarification clarify class classic classroom classrooms clean
cleaned cleaning cleanout clear cleared clearly clerk click clicked clicking clicks climate climb
climbed climbing clinic clinical clip clipped clogged close closed closely closer closes closest
closet closing closure cloth clothes clothing cloud cloudy club clubhouse clue clump clunking clutch
coast coasted coating cobalt cobalts coco cocomelon code codes coffee cognitive coil coils coin
colbalt cold collapse collapsed collapses collar collarbone collect collected collecting collection
collections collector collectors college collided colliding collision colonoscopy color colorado
colored colorful colors colostomy columbus column com combined combo come comes comfort comfortable
coming comment commented comments commerce comming commission common communicate communicated
communication communications commute compact companies company companys compared compartment
compelled compensate compensated compensation complain complained complaining complaint complaints
complete completed completely completeness completing complex compliance compliant complication
complications complies comply complying component components composite compound compressed
compression compromise compromised computer concern concerned concerning concerns concluded
conclusion concrete concussion condenser condition conditioner conditioning conditions conduct
conducted confidence confidentiality confirm confirmation confirmed confiscated confused confusion
congress connect connected connecting connection connections connector connectors connects
consciousness consecutive consent consequence consequences consequently consider consideration
considered considering considers consist consistency consistent consistently consists console
constant constantly constitute constitutes constructed construction constructive consult consulted
consume consumed consumer consumers consuming consumption contact contacted contacting contacts
contain contained container containers containing contains contaminated content contents continually
continue continued continues continuing continuous continuously contract contracts contrast
contributed contributes contributing control controlled controller controls convenient conversation
conversations converter convictions cookie cooking cool coolant cooled cooling cooperation
coordination copies copper copy copyright cord corn cornea corneal corner corners corp corporate
corporation correct corrected correction corrections corrective correctly correspondence corroded
corrosion cosmetics cost costco costing costly costs costume costumes cotton couch cough coughing
could couldnt couldve counsel count counter counting countless country county coupe couple coupon
courier course court courtesy courts cousin cover coverage covered covering covers covid cow cozy
cpsc cpscpub cpsia cra crab crack cracked cracking cracks crank cranking cranks crap crash crashed
crashes crashing crawl crawled crawling crayola crayons crazy creaking cream create created creates
creating creative credit credited creditor creditors credits creditworthiness creek crew crib cried
crimes criminal crinkle criteria critical critically critters cross crossbar crossed crossing
crowded crown crucial cruise cruiser cruising crushed crushing cruz cry crying crystal cube cubes
cuddle cuddles culprit cup cups curb cure cured curing curiosity curious current currently curtain
curve curved curves curvy cushions custody customer customers cut cute cuts cutter cutters cutting
cuz cvs cylinder cylinders cymbals cyst dad daily damage damaged damages damaging damp dancer
dancing danger dangerous dangers dangling dark dart darted darts dash dashboard data database date
dated dates daughter daughters davidson day daycare days daytime dazzlers dead deadly deal dealer
dealers dealership dealerships dealing dealt dear death deaths debit debris debt debts dec deceased
deceiving december deceptive decided decides deciding decision deck declared declined decoration
decorative decrease decreased deducted deductible deem deemed deep deeply deer defamation default
defect defected defective defects deficiencies deficient defines definite definitely definition
definitive deg degenerative degree degrees dejected delay delayed delete deleted deletion
delinquency delinquent delivered delivering delivery delt delta deluxe demand demanded demanding
demands demolished demonstrate demonstrating denial denied denies dent dental dented dentist deny
denying department depend dependent depending depends deploy deployed deployment deposit depress
depressed depressing depression dept dermatitis derogatory describe described describing description
design designed designs desire desist desk desktop despite destination destroy destroyed detach
detached detaching detail detailed detailing details detect detected determine determined
detrimental detroit devastating developed developing development developmental device devices devise
diagnose diagnosed diagnosing diagnosis diagnostic diagnostics dial dials diameter diaper
diazolidinyl dic did didnt died dieing dies diesel differ difference different differential
differently difficult difficulties difficulty dig digestive diligence diligent diligently dime ding
dinging dinner dino dinosaur dire direct directed direction directions directly director dirt dirty
disabilities disable disabled disappeared disappointed disassemble disassembled disassembling
disastrous disc discarded discharge discharged disclose disclosed disclosure disclosures discolored
discomfort disconnect disconnected disconnecting discontinued discount discover discovered discovery
discrepancies discs discuss discussed discussing discussion discussions disease disengage disengaged
disengaging disfigured disgusting disintegrated disk dislocated dislodge dislodged disney disneys
displaced display displayed displays disposal dispose disposed dispute disputed disputes disputing
disregard dissapointed dissatisfied dissipate dissipated distal distance distances distress
distressed distribute distributed distributor distributors district disturbing ditch divided divider
division dizzy doc doctor doctors doctrine document documentation documented documents dodge does
doesnt dog doing doll dollar dollars dolls dome done dont door doors dora dose double doubt doug
down downhill downward dozen drag dragon drain drained drawing dream dreamlite dress dressed dried
drift drifted drink drinking dripping drive driven driver drivers drives driveway driving drop
dropped dropping drops drove drug drum drumstick drumsticks dry dryer dtc dual dubious duck ducks
due duel dump duplicate duplicated duration during dust duty dvd dye dying each ean ear earlier
early earn earned earnestly earrings ears earth ease easier easily east eastbound easter easy eat
eaten eating ebay ecm ecoa economic ecy edema edge edges edition edublocks educated education
educational edushape edx effect effected effective effectively effects efficiency effort efforts egg
eggs egregious eight einstein either ejected elastic electric electrical electricity electronic
electronically electronics elefun elements elephant elephants elevated elevator eliminate elite elsa
else elses email emailed emails emanating embankment embedded emblem emerged emergency emit emitted
emitting emotional emotionally emphasize employee employees employer employment empty ems emt
enclosed enclosure encountered encourage end endanger ended ending endoscopic endoscopy ends endured
energy enforce engage engaged engaging engelhardt engine engineer engineering engineers engulfed
enjoyed enjoying enormous enough ensues ensure ent entangled enter entered entering enterprise
entertainment entire entirely entirety entitled entrance entrapment entries entry environment
environmental epa epic eps equal equifax equipment equitable eraser eroded errands erratically
erroneous error errors esc escalate escalated escalating escaped escrow esophagus esp especially
essential essentially established estate estimate estimated estoppel etc evaluate evaluated
evaluation eve even evenflo evening event eventhough events eventually ever every everyday everyone
everything everytime everywhere evidence evidently exact exactly examination examine examined
examining example exceed exceeded excellent except exceptional excess excessive excessively exclude
excruciating excuse exercise exercised exhaust exhibit exhibited exist existing exists exit exited
exiting exp expand expect expectation expectations expected expecting expects expedited
expeditiously expense expenses expensive experian experience experienced experiences experiencing
expired explain explained explaining explanation explicit explicitly explode exploded explore
explosion expose exposed exposes exposing exposure express expressed expressions expressway ext
extend extended extends extension extensive extent exterior external extinguish extinguished
extinguisher extinguishers extra extract extracted extreme extremely eye eyeball eyelid eyes fabric
face facebook faced facial facility facing fact factor factory facts factual fail failed failing
fails failure failures faint fair fairfield fairly fairness fairy faith fake fall fallen falling
falls false falsely familiar families family fan far fargo farm farther farts fashion fast
fastaction fastened fastener faster fat fatal fatalities fatality fatally father fathers fatigue
faucet fault faulty favorite favors faxed fcra fcu fda fdcpa fear feared fearful fearing fears
feature features feb february fed federal federally fee feed feeding feel feeling feels fees feet
fell felt female fence fender few fha fiance fiberglass fidget field fifteen fight fighting figure
figured figures figurine file filed files filing fill filled filler filling film filter final
finally finance financial financially find finding findings fine fines finger fingers finish
finished fire fired fires firestone firetruck fireworks firing firm firmly first fischer fish fisher
fishing fishtailed fist fit fits fitted fitting five fix fixed fixes fixing flags flakes flaking
flame flames flammability flammable flap flash flashed flashes flashing flat flaw flawed fleshy flew
flex flexible flicker flies flight flights flimsy flip flipped flipping flips float floating flood
floor floorboard floors florida flow flower fluid fluids fluke flush flushed flushing flutterbye fly
flyer flyers flying fmvss foam fob foia fold folded folding follow followed following follows food
foods fool foot football for force forced forces forcing ford forearm foreclosure forehead foreign
forever form formal formally formation former forming forms fort forth forts fortunate fortunately
forum forums forward forwarding forwards foster fought found fountain four fourth fracture fractured
fractures fragile fragment fragments frame frankly frantic frantically fraud fraudulent fraudulently
frayed freak freaking free freed freedom freeing freely freeway freeze freezer freezing frequent
frequently fresh friction friday friend friendly friends frightened frightening frog from front
frontal froze frozen fruit fruitless frustrated frustrating frustration ftc fuel fulfill full fully
fumes fun function functional functionality functioned functioning functions fund funds funny
furious furnish furnisher furnishers furnishing furniture further furthermore fuse fuses fussing
fussy future fuzz gage gagged gagging gain galaxy game games gap garage garanimals garbage garden
gas gash gasket gasoline gasping gastrointestinal gate gauge gauges gave gear gears gel gender
general generally generals generated generation generic genius gentle gently genuine geometric
georgia get gets getting ghost giant gift gifted gifts giraffe girl girlfriend girls give given
gives giving glad glamper glass glasses glen glitter glow glowing glue glued glycerol gmc gms goal
god goes going gold gon gone goo good goodness goods goodwill goodyear google googled got gotten gov
government grab grabbed grabbing graco grade gradually grand grandchild grandchildren granddaughter
granddaughters grandfather grandkids grandmother grandparents grandson grandsons grant granted grape
grass grassy grateful grave gravel gravely gravens grazed grease great greater greatest greatly
green grew grey grill grind grinding grocery gross ground group groups grow grown guarantee
guaranteed guarantees guard guardrail guess guidance guide guided guidelines guitar gum gumball
gummy gums gun gund guns guy guys hacked had hadnt hair hairline half hall hallmark halloween halves
hammer hand handcuff handed handful handheld handle handlebars handled handles handling hands hang
hanging hangs hape happen happend happened happening happens happy harassment harbor hard hardening
harder hardly hardships harley harm harmed harmful harming harmony harms harness harshly harvest has
hasbro hasnt hassle hate hauck have havent having haywire hazard hazardous hazards hazzard head
headache headaches headed heading headlamp headlight headlights headliner headquartered headquarters
heads heal healed healing health hear heard hearing heart heartbeat heat heated heater heating heats
heavier heaviest heavily heavy hed hedgehog heel height held helicopter helicopters hello helmet
help helped helpful helping hemorrhage hence her here hereby hers herself hes hesitate hexbug hhr
hhrs hi hidden hide hideaway high highchair higher highest highlighted highlighting highly highway
hill hills him himself hinge hinged hinges hip hippo hired his history hit hits hitting hives hockey
hold holder holding holds hole holes holiday hollow home homeowner homes honest honestly hong honor
honoring hood hook hooked hoop hop hope hopeful hopefully hopes hoping hopscotch horn horrible
horribly horrific horror horse hose hosed hospital hospitalization hospitalized hot hotel hotels
hotline hotwheels hound hour hours house household houses housing houston hover how however hrs htm
html htmlmy http https hub hubby hubcap hubcaps huffy huge human humans humid hundred hundreds
hurricane hurry hurt hurting husband husbands hut hwy hydraulic hydroplane hydroplaned hysterical
hysterically ice iced icu icy idaho idea ideal identical identification identified identifies
identify identifying identity idle idling if ignite ignited ignition ignore ignored ignoring ikea
ill illegal illinois illuminate illuminated illumination image images imaginarium imagination
imagine imaging immediate immediately immense impact impacted impacting impair impairs impaled
impartiality imperative imperial implications implied important importantly imported imports
impossible impression improper improperly improve improvement inability inaccuracies inaccurate
inaccurately inactive inadequate inadvertently inc incase inch inches incidence incident incidents
inclement incline inclined include included includes including inclusion income incomplete
inconsistencies inconsistent inconvenience incorrect incorrectly increase increased increases
increasing incredibly incurred indeed independent independently index india indiana indianapolis
indicate indicated indicates indicating indication indications indicator indicators individual
individuals indoor indoors industry infant infantino infants infected infection inferior inflatable
inflate inflated inflation info inform information informed informing infringement ingest ingested
ingesting ingestion ingestions ingredient ingredients inhalation inhaled inhaler inhaling initial
initially initiate initiated initiation injection injector injectors injure injured injures injuries
injuring injury inner innocent inoperable inoperative input inquire inquired inquires inquiries
inquiry insert inserted inserting inside insides insist insisted inspect inspected inspecting
inspection install installation installed installing instance instances instant instantly instead
institution instructed instruction instructions instrument insufficient insurance insure insured
insurer intact intake integrity intelligent intend intended intense intention interactions
interactive interest interested interfere interior interlock interlocking intermediate intermittent
intermittently internal internally international internet intersection interstate intervals
intervention intestinal intestine intestines intime into intrusion invalid inventory investigate
investigated investigating investigation investigations investigator investment invoice invoices
involve involved involves involving ion ions iowa iron ironic irregular irrelevant irresponsible
irrigation irritated irritation irs is isnt isolated issue issued issues issuing it italy itching
item items itll its itself ive jacksonville jagged james jammed jan janod january jaru jaw jeans
jeep jejunum jelly jerk jerked jerking jerks jersey jetway jewelry jft job jog jogger joggers
jogging john johnson joint joints joke jolt jolting jsp judge juice july jump jumped jumping jumps
jun june junior junk jurisdiction just justice justification justify kaleidoscope kansas kawaii keep
keeping keeps kept kerry key keyboard keys keywords kick kicked kicks kickstarter kid kiddieland
kiddos kids kill killed killing kills kind kindly kinds kit kitchen kite kits kitty kmart knee knees
knew knife knob knobs knock knocked knocking knot know knowing knowingly knowledge known knows
knuckle kohls kong lab label labeled labeling labels labor laboratory lacerated laceration
lacerations lack ladies lady laid lake lamb lamp lamps landed landing lane lanes language lap lapse
laptop large larger laser last lasted lasting lasts latch latches late lately later latex latter
launch launched launcher launching laundry laureth law laws lawsuit lawyer lawyers lay layer layers
laying lbs lead leading leads leaf leak leakage leaked leaking leaks lean leaned leaning leans
leapfrog learn learned learning lease least leave leaves leaving led left leg legal legally legend
legends legs lemon lender lending length lens less lesser let lethal lets letter letters letting
level levels lever leverage liability liable liberty license licensed lid lids life lift lifted
lifting light lighter lighting lightly lightning lights lightup lightweight like liked likely likes
lil limbs limit limitations limited limits limp line lines lining link linkage linked links lion lip
lips liquid list listed listen listened listening listing listings lit lite literally literature
lites lithium litigation little live lived lives living llc load loaded loading loan loaner loans
local localized locate located location locations lock locked locking locks lodge lodged logged
login logo lol long longer look looked looking looks loop looped loose loosen loosened loosening
loosing lose loses losing loss losses lost lot lotion lots loud love loved loves lovevery lovey low
lower lowered lowest loyal ltd ltz lubricant lubrication luck luckily lucky luggage lump lunch lung
lungs lurched lyft lying machine madam made madison mag magazine magic magical magna magnet magnetic
magnets mah mail mailbox mailed mailing mainly maintain maintained maintaining maintenance major
majority make maker makers makes making male malfunction malfunctioned malfunctioning malibu mall
mama man manage managed management manager mandated mandates maneuver maneuvered maneuvering
manhattan manner manual manually manufacture manufactured manufacturer manufacturers manufactures
manufacturing many maraca maracas marble marbles march mark marked marker market marketed marketing
markets markings marks mart marvel maryland mass massive master mat match matches material materials
mattel matter matters max maximum may maya maybe maze mcdonalds meal meals mean meaning means meant
meantime meanwhile measure measures mechanic mechanical mechanically mechanics mechanism media
median medical medication medicine meed meet meeting meets mega melissa melt melted melting member
members memory men mental mention mentioned mercury merely merge merged merging mesh mess message
messages messed metal metallic metals method methods mexico mfg mhz miami michigan mickey micro
microphone microwave mid middle midst might mighty milage mild mile mileage mileages miles milestone
military milk million millions min mind minds mindware mine mini miniature minimal minimize minimum
miniverse minnie minor mins minus minute minutes miracle mirror misleading misreported miss missed
misses missing missouri mistake mistaken mistakes misused mitigation mix mixed mobile mockingbird
mode model models moderate modern modification modular module mohela moisture mold molded molding
molds mom moment momentarily moments momentum moms monday monetary money monies monitor monitored
monitoring monkey monkeys monopoly monroe monster montessori month monthly months moon moose more
moreover morning mornings mortgage mortified mos most mostly mother mothers motion motor motorist
motorized motors mountain mounted mouse mouth mouthing mouthpiece mouths move moveable moved
movement movements moves moving mph mtc much mucosa mud multi multiple munchkin muscle muscles
museum music musical must my myself mystery nail nails name named names nanny nap narrow nasty
national natural naturally nature nauseating navigate near nearby nearest nearly necessarily
necessary neck necklace necrosis need needed needing needle needles needless needoh needs negative
negatively negligence negligent neighbor neighborhood neighbors neither nek neodymium nephew nerf
nerve nervous net nets neutral nevada never nevertheless new newborn newborns newer newest news next
nhtsa nice nickelodeon niece nieces night nightmare nights nih nine ninja nissan nlm nobody noise
noises nonaffiliated noncompliance none nonpublic noose nor normal normally north northbound nose
not note noted notes nothing notice noticeable noticed notices noticing notification notifications
notified notify noting notorious nov novelty november now nowhere noxious nuby numb number numbers
numbing numerous nurse nursery nut nuts nylon oball object objective objects obligation observation
observed obstacle obstruction obtain obtained obtaining obvious obviously occasion occasional
occasionally occasions occupants occur occured occurred occurrence occurrences occurring occurs
ocean oct october odd odi odometer odor oem of off offer offered offering office officer official
officially often oh ohio oil ointment ok okay old older oldest olds olive once oncoming one ones
ongoing online only onstar onto open opened opening openings opens operable operate operated
operates operating operation operational operations operator opinion opportunity opposite opt opting
option options orange orbeez ordeal order ordered ordering orders ordinary oregon org organization
oriental original originally other others otherwise our ours ourselves out outcome outcomes outdated
outdoor outer outline outlined outrageous outside outstanding outward oven over overage overall
overcharge overcharged overcharging overcome overheat overheated overheating overheats overlooked
overnight overpowering overpricing override oversight overturned owe owed owl own owned owner owners
ownership owning owns pace pacific pacifier pack package packaged packages packaging packed packs
pad pads page pages paid pain painful paint painted pair palate palm pals pan panel panels panic
panicked pants paper papers paperwork paragraph parallel paramedics parcel parent parents park
parked parking parkway part partial partially participated particles particular particularly parties
parts party pass passed passenger passengers passes passing passlock password past patch path
pathetic paths patient patients patrol pattern paved pavement paw pay paying payment payments payoff
paypal pcm pcs pedal pedals peddle pedestrians pediatric pediatrician peek peel peeled peeling peg
pegs pellet pellets pelvis pen penalties penalty pencil pending pennsylvania penny people peoples
percent percentage perfect perfectly perforated perforation perforations perform performance
performed perhaps period periodic periodically periods perjury permanent permanently permeates
permissible permission perpendicular persist persisted persists person personal personally personnel
persons pertaining pertains pet petal pets petting phenoxyethanol phone phones photo photographs
photos physical physically physician piano picasso pick picked picking pickup pics picture pictured
pictures piece pieces pierce pierced pig pillar pillow pillows pills pin pinch pinched pinches
pinching pinion pink pinkie pinky pinned pins pipe pirate pit pitch pitched pittsburgh pivot pkwy
place placed placement places placing plan plane planet planned plans plant plastic plate plates
platform play playdoh played player playground playhouse playhut playing playroom plays playset
playskool playthings playtime plaza pleasant please plenty pliers pls plug plugged plugs plunger
plush pocket pockets pogo point pointed pointer pointing points pointy poison poisoned poisoning
poke poked pokes poking polarity pole poles police policy polite poly polymerization pontiac pony
pooh pool pooling poor poorly pop popped popping pops populated porch port portable portion portland
pose posed poses posing position positions positive possession possibility possible possibly post
posted posting posts pot potential potentially potholder pothole pottery potterybarnkids pouch
pouches pound pounds powder power powered powerful powering powersteering powertrain ppm
ppmdescription ppx practically practice practices pramette pray prdno pre precautions precisely
predatory pregnant premature premise premium prepaid prepared preparing prerel preschool prescribed
presence present presented presenting presently presents press pressed pressing pressume pressure
presumably presumed pretend pretending pretty prevent preventable prevented preventing prevention
prevents previous previously prhtml price priced prices pricked pried primary prime princess print
printed printing prior priority privacy private pro proactive probably probe problem problematic
problems procedure procedures proceed proceeded proceeding process processed processes processing
produce produced product productid production products professional profile profit profitable
profusely program progress progressed progressively prohibit prohibits project projectile
projectiles projecting prolonged promise promised promissory promoting promotion prompt prompted
promptly pronounced proof propeller propellers propels proper properly property protect protected
protecting protection protections protective protocols protrudes protruding prove proved proven
provide provided provider provides providing pry psychological ptsd public puddle pull pulled
pulling pulls pump punching punctual puncture punctured punitive pup puppies puppy purchase
purchased purchases purchasing pure purple purpose purposes purse pursuant pursue push pushed pushes
pushing put puts putting putty puzzle puzzles pwr qid quad qualifications qualified qualify quality
quarter quarters qubix question questionable questioned questions quick quickly quiet quit quite
quoted rabbit race raced racer racers racing rack radiator radio radiograph radiographs radius rail
railing rails railway rain rainbow raining rains rainy raise raised raises rake raleigh ramp ramps
ran random randomly range ranger rapid rapidly rare rarely rash rate rated rates rather rating
ratings ratio rattle rattles rattling raw ray rays razor reach reached reaches reaching react
reaction reactions read reader reading readings reads ready real realised reality realize realized
realizing really reappeared rear reason reasonable reasonably reasoning reasons reassurance reattach
rebuilt recall recalled recalling recalls receipt receipts receive received receiving recent
recently rechargable rechargeable recharged recieved recognition recognize recognized recommend
recommendation recommended recommends record recorded recording recordings records recovering
recovery rectified rectify rectifying rectum recur recurred recurring recurs red redacted redesigned
redline redness reduce reduced reduction ref refer reference referenced referencing referral
referred refinance reflect reflection refrigerator refund refunded refunding refuse refused refuses
refusing regain regained regard regarding regardless regards region regional register registered
regular regularly regulation regulations regulators reimburse reimbursed reimbursement reinforced
reinserted reinvestigation relate related relates relating relatively relay release released
releases releasing relevant reliable relied relief relieve relieved reluctant rely remain remained
remaining remains remarks remedied remedy remember remembered remind remote remotely remotes
removable removal remove removeable removed removing rendered rendering renders rent rental rented
reoccur rep repair repaired repairing repairs repeat repeated repeatedly replace replaced
replacement replacements replacing replica replied reply report reported reporting reports represent
representation representative representatives representing represents reprogrammed reps republic
reputation request requested requesting requests require required requirement requirements requires
requiring rescue research researched researching resection resell resembled reserve reservoir reset
resets reside residence residential residual residue resin resist resistance resolution resolve
resolved resolving resorting resources respect respectfully respond responded respondent responding
response responses responsibilities responsibility responsible rest restart restarted restarting
restarts restaurant resting restore restored restrain restraint restraints restricted restriction
restrictions restroom rests result resulted resulting results resume resumed resumes retail retailer
retailers retained retainer retractors retracts retrieve retrieved return returned returning returns
rev reveal revealed reversal reverse reversed reversing review reviewed reviewing reviews revised
revolution revolving revved rewards rhino rib ribbon ribs rice rid ride rider riders rides
ridiculous riding right rightfully rights rigid rim rims ring rings rinsed rip ripped ripping rise
risk risks risky river road roadmaster roads roadside roadster roadway roar robert robo robot rock
rockabye rocked rocker rocket rocking rocks rockstar rod rode rods roll rolled roller rolling
rollover roof room rooms root rope rotate rotated rotating rotation rotor rotors rough roughly round
rounded rounds route routine rover row royal rpm rpms rt rub rubbed rubber rubbing rude rug ruin
ruined rule rumble run running runs ruptured rush rushed rust rusted rusty sacrifice sad sadly safe
safely safemax safer safest safety saftey said sake sale sales salvage same samples sams samsonico
san sand sanded santa sat satisfaction satisfactorily satisfactory satisfied saturday saturn saturns
save saved saw say saying says scab scale scalp scam scammers scan scans scar scare scared scary
scattered scenario scene scent schedule scheduled school schylling science scientific scissors scoop
scoot scope scorched score scrap scrape scraped scrapes scrapped scratch scratched scratches scream
screamed screaming screams screeching screen screened screening screenshot screw screwdriver screwed
screws scroll scrolling scrutiny scuffed sea seahorse seal sealed seals seam seams search searched
searching sears season seat seatbelt seatbelts seated seats sebs sec second secondary seconds
section sections secure secured securely secures securing security sedan sedated see seeing seek
seeking seeks seem seemed seemingly seems seen seize seized seizing seizure seizures select selected
selector self sell seller sellers selling sells selves semi send sending senior senor sensation
sense sensitive sensitivity sensor sensors sensory sent separate separated separately separates
separating separation seperate sept september serial series serious seriously seriousness serve
serves service serviced services servicing sesame set sets setting settle settlement setup seven
seventh sever several severaltimes severe severed severely sew sewing sewn shaft shake shaken shaker
shakes shaking shall shame shape shaped shapes shards share shared shares sharing shark sharp
sharply sharpness shatter shattered shattering she shed sheep sheet shelf shell shelves shenzhen
shes shield shift shifted shifter shifting shimmy shiny ship shipped shipping shirt shock shocked
shocking shocks shoddy shoe shoes shook shoot shooter shooters shooting shoots shop shopping shops
shore short shorted shorter shortly shot shotgun should shoulder shoulders shouldnt shoutout shove
show showed shower showering showing shown shows showviewpoints shredded shut shutoff shuts shutting
shy sick side sided sides sidewalk sidewalks sideways sight sign signal signals signature signed
significant significantly signs silence silicone silly silver similar similarly simple simply
simulate simulates simulating simultaneously since sincerely sing single sings sink sinus sir sister
sisters sit site sites sits sitting situation situations six size sized sizes sizzle sizzling skid
skidded skidding skids skills skin skip sku skull sky slam slammed slamming slap slapped sleep
sleeping sleeps slept sliced slicing slid slide sliding slight slightest slightly slime sling
slingshot slip slipped slippery slipping slips slit slivers sll sloped slot slots slow slowed slower
slowing slowly slush small smaller smallest smart smash smashed smashing smd smell smelled smelling
smells smelly smelt smh smoke smoked smoking smoldering smooth smoothly snake snap snapped snapping
snaps snips snow snowy soaked soap soccer social socket sodium sofia soft soil sold solder sole
solely solenoid solid solstice solution solutions solve some somehow someone someones something
sometime sometimes somewhat somewhere sons soon sooner soothe sore sorry sort sorter sorts sound
sounded sounding sounds source sources south southbound southern space span spark sparks speak
speaker speakers speaking special specialist specialty specific specifically specification specified
specs sped speed speeding speedometer speeds speks spend spending spent spill spilled spilling spin
spindle spinmaster spinner spinners spinning spins spiral spit splash splashing splat splinter
splintered splinters split spoke spoken spongy spontaneously sporadic sporadically sport sports spot
spots spotted spouse sprain sprayed spread spring springs sprung spun square squeaker squealing
squeeze squeezed squeezing squirm squirt squirted squish squished squishing squishy src ssn stabbed
stability stabilizer stable stack stacker stacking staff stain stainless stairs stalk stall stalled
stalling stalls stamped stand standard standards standing stands star starch staring start started
starter starting starts state stated statement statements states stating station stationary status
statutes statutory stay stayed stays steady steal steel steep steer steered steering stella step
stepped stepping steps stethoscope stick sticker stickers sticking stickler sticks sticky stiff stil
still stink stipulated stipulations stitch stitched stitches stitching stock stocking stole stolen
stomach stones stood stool stools stop stoplight stopped stopper stopping stops storage store stored
stores stories storm story str straight straighten strait stranded strange strangers strangle
strangled strangling strangulation strap strapped straps street streets strength stress stretch
stretched stretchy strewn strike striking string strip stripped strips stroke stroller strollers
strong stronger strongly struck structure structures struggle struggled struggling strut struts
stuck student students studies study stuff stuffed stuffing stump stung stupid sturdy style
subdivision subject submerge submit submitted submitter submitters submitting subscription
subsection subsequent subsequently subsided substance substantial substantially success successful
successfully such suck sucked sucking sucks suction sudden suddenly sue sued suffer suffered
suffering sufficient suffocated suffocation suggest suggested suggesting suit suitable sulphate sum
summary summer sun sunday sunny super superb supervised supervising supervision supervisor
supervisors supplied supplier supplies supply support supported supporting supports suppose supposed
supposedly suprisingly sure surely surface surfaces surgeon surgeries surgery surgical surgically
surprise surprised surrounding suspect suspected suspended suspension suspicions suspicious sustain
sustained sustaining suv svc swab swallow swallowed swallowing sway sweep sweeping sweet swell
swelling swerve swerved swerving swift swiftly swim swimming swing swinging swings swiped switch
switched switches switching swivel swollen sword sworn swung syma symptoms syracuse system
systematic systems tab table tablet tablets tachometer tack tactic tactics tag tags tahoe tail take
taken takes taking talk talked talking talks tall tambourine tampa tangled tank tap tape taped
tapped tapping target targeted targets tarmac task tasted tax taxes taxi teacher teachers team tear
tearing tears tech technical technician technology teddy teenage teenager teepee teeth teethe
teething tek telephone tell telling tells temp temperature temperatures tempered temporarily
temporary temps ten tender tennessee tension tent tents term terminal terms terrain terrible
terribly terrified terrifying test tested testing tests texas text tgw than thank thankful
thankfully thanks thanksgiving that thats the theater theatre thee theft their them theme themed
themselves then therapeutic therapy there thereafter therefore theres these they theyd theyre thick
thief thier thigh thin thing things think thinking thinks thinner third thirty this tho thomas
thorough thoroughly those though thought thousand thousands thread threaded threads threat
threatened threatening three threw thrilled throat throttle through throughout throw throwing thrown
thru thumb thunder thursday thus ticket tickets tie tied tiger tight tighten tightened tightening
tightens tighter tightly tikes tile tiles till tilt tilted time timeframe timeline timely times
timing tin tiny tip tipped tipping tips tique tire tired tires tissue title to today todays toddler
toddlers toe together toilet told tolerate toll tomorrow ton tone tones tongue tonight tons too took
tool tools tooth top tops tore torex torn torpedoes torque toss total totaled totaling totalled
totally touch touched touches touching tourist tourniquet tow toward towards towed towel towels
tower towing town toxic toxicity toxicology toy toybox toyota toys toysmith toysrus toysthe traced
trachea track tracking tracks tract traction trade traded tradeline tradelines trading traffic
tragedy tragic trail trailer train trains trampoline trans transaction transactions transfer
transferred transfers transition transmission transmitter transparency transport transportation
transported transunion trap trapped trash trauma traumatic traumatized travel traveled traveling
trax tray trays tread treads treat treated treatment tree trees tremendous trend trial triangle
tricycle tried tries trigger triggers trike trim trip triple tripped trips trolley trolls trooper
trouble truck trucks true truly trunk trust trusted truth try trying tsb tub tube tubes tubular
tuesday tumble tumbler tummy tunes tunnel tunnels turn turned turning turns turtle turtles tv
tweezers twenty twice twin twins twist twisted twister twisting two txt type types typical typically
uber ufo ultimate ultimately unable unacceptable unanswered unattended unauthorized unavailable
unaware unbalanced unbearable unbelievable unbuckle unbuckled uncertain uncertainty uncle unclear
uncomfortable uncontrollable uncontrollably under undergo undermine underneath underscores underside
understand understanding understood underwent undetermined undone undue unethical unexpected
unexpectedly unfair unfairly unfamiliar unfolded unfortunately unglued unhappy unharmed unhook
unicorn unintended unintentionally union unit united units university unjust unknown unlawful unless
unlike unlimited unlock unlocked unlocks unnecessary unopened unpaid unplug unplugged unpredictable
unprotected unreal unreasonable unreasonably unreliable unresolved unresponsive unsafe unscrew
unscrewed unscrewing unscrews unsecured unstable unsuccessful unsure unsuspecting untied until
untimely untrue untwist unusual unverifiable unverified unwilling unwound unwrap unwrapped up upc
update updated updates updating uphill uploaded uploading upon uppababy upper upright upset
upsetting upside upward upwards urea urge urgency urgent urgently usa usable usage usc use used
useful useless user users uses using usps usual usually utf utility utilized utmost utv vacation
vacuum vague valid validate validated validation validity valley valuable value vapors variations
variety various varying veer veered veering vegetable veh vehicle vehicles velcro vending vendor
vent verbal verifiable verification verified verify verse version versus vertical vertically very
via vibrate vibration vibrations victim victims video videos view viewed viewing village vin vins
vintage vinyl violate violated violates violating violation violations violent violently virginia
visibility visible vision visit visited visiting visits visor vista visual vital voice voicemail
voicemails volt voltage volume voluntary vomit vomited vomiting vtech vulnerable wacky wages wagon
wagons waist wait waited waiting waive wake wal walgreens walk walked walker walkers walking walks
wall wallet walls walmart walmarts wand want wanted wanting wants ward warm warmed warmer warmies
warming warn warned warning warnings warns warp warped warping warrant warranted warranties warranty
wars was wash washed washer washing washington wasnt waste wasted watch watched watching water way
ways we weak wear wearing weather web webbing website websites wed wedge wedged wednesday wee week
weekend weeks weighed weighing weighs weight weighted weird weld welded welding well wells welt went
were werent west western wet weve what whatever whats whatsoever wheel wheeler wheels when whenever
where whether which while whip whiplash white who whoever whole whom whose why wide widely
widespread width wife wifes wifi wiggle wiggled wiggling wild will willful willfully willing wind
winding window windows windshield wing wings winnie winter wiped wiper wire wires wiring wise wish
with withhold withholding within without witness witnessed witnesses wobble wobbles wobbling woke
wolverine woman women won wonder wondered wonderful wondering wonders wont wood woodemon wooden
woofer word words wore work worked workers working workmanship works world worm worn worried worries
worry worse worst worth worthy would wouldnt wouldve wound wow wrap wrapped wreck wrecked wring
wrist wrists write writer writes writing written wrong wrote wubble xmas xray xrays xrf xylophone
yall yank yanked yard yards year years yelled yellow yes yesterday yet yom york you youll young
younger youngest your youre youtu youtube youve yrs zero zipper zoe zone zoo zoom zulily zuru
"""

ENGLISH = frozenset(WORDS.split())
