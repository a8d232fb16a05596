"""Words that are one slip away from another word and are words themselves: whoever writes one of them means it.

Invariant: data only, lower case.
"""

from functools import cache

_WORDS = """
able abort about above accept access action active actual adapt addition address adds adopt advice advise affect after
again alas alert alias align alive allow alone along alter altitude among amount ample analyse analyze angel angle anon
append apply arch area argument arise arrange array aside assert asset assign async attach attract author automaton
avoid await back badge band bank barrier bars based basis bass batch bath beach bear beat beer before begin begun
behavior behaviour being below beta better between binary bind bins blame blobs block bloom blow board boat body bold
bolt bond bone book bools boom boost boot bound boundary brain branch brand break breath brief bring broad broke brown
buffer build built button bytes cache call calls came canal cancel candidate card care carry cart cased cases casing
cast casual catch cats causal cause cell center centre chain chance change channel chap char chars chart chat check
chief child choice choose chose chunk claim clarify clarity class clean clear click client clock clone close cloud coal
code codec coded coder coin cold collect colon color column combine comment commit common compare compat compete
compile complain complaint complete compliant comply component compose compute concat concert condition cone config
confirm conform connect cons consist const consts consume cont contact contain content contest context contig continue
contract contrast control converge convert cool copy core cores corner correct cors cost count counter country couple
course cover crash crate crates create credit crime crop cross cure curse cursor curve custom dace daily dairy data
date dead deal debug decade decent decide decline decode decr dedent deduct deep default defect defer define degree
delay delete demote denote density deny depart depend deploy depth deref derive desert desire dessert destroy detach
detail detect develop device devise diary dies differ digest digit direct disable discard dispatch display dist dive
divide divs dock does done door dose double doubt down draft drain drawn dream dress drive driving drop dump each early
earn ease east echo edge edit effect eight either elapse elect element elicit elif else elsif embed emit empty enable
encode ends engine ensure enter entry equal erase error escape eval even event ever every evict exact excel except
exclude exec exert exist exit expand expect expend expire explode explore export extend extent extract exts face fact
factor fail fair faith fake fall false falsy fast fate father fault favor favour feature feed fees fetch fibre field
fifth fight file fill filter final find fine finer finger finish finished fire first fist fits five fixed flag flash
flat flavor flavour fleet flesh float flood floor flow flush focus fold follow font food force fore forge fork form
formal format former fort forth found fount fourth frame free freeze fresh friend from front fuel full function fund
fuse future gain game gate gather general generate gets give given glob global good grace grad grade grand grant graph
grave gray great greet grey grid gross group grow guard guess guest guide gutter hand handed handing handle hang hard
hash have head header heap hear heart heat height held helo help hidden high hint hist history hits hoist hold hole
holes home hook host hour house human ident identify identity idents ifdef ifndef image immediate impart implicit
import improve inbound include incr incur indeed indent index indicate indices induce inert infer inferior info inits
inner inout input insert inset insight inspect inst instance instant insure integer intend intent inter interior intern
internal interp interval intl into ints inverse invert invoke issue item iter iterate join joint judge jump just keep
kept kernel kind label labelled lame land lane lapse large last late later latest latitude latter launch layer lazy
lead leaf lean learn least leave left length lens less letter level lexer library licence license lies lift light like
likely limb limit limp line liner lines linger link lint list listen live load loader local locate lock locked locs
logic login logon logs lone long longer look lookup loop loose lops lose loss lots love lower lunch mach macro made
mail main major make male manage mane manual many maps margin marital mark market martial mask mass mast master match
mate math maths matrix meal mean measure meat median medium member memo memory menu mere merge mesh message metal meter
method metre metric micro middle might mile mime minor mins mint minus minute miss mode model modify mods module moment
mono month moon moral more most mount mouse move moved much multiple multiply mutate naive name named nano native near
neighbor neighbour nest nested nets never next nice night node nodes noise none normal normalise normalize north nose
note notice notify null number numer obey object observe occur offer offset older once ones only onto open operate
optimal optimise optimize option order other outer output over override overwrite overwrote owner pace pack packed
packet padding page paging paid pain pair pane panel paper pare parens parent parsable parse parser part partial party
past paste patch patent path pattern pause peace peak pear peel peer pens perc perf perform period perp persist person
phase phone phrase pick picture piece pilot pins pint pipe place plain plan plane plant plate play please plot plus
point pole policy poll pond pool poor pops port pose position post pots pound power prec precede precious pred predict
pref prefix prepare present preserve preset press pretty prevent preview previous price prim prime principal principle
print prior private prob probe process produce product prof profile project promote prompt prone proof prop proper
propose prot protect protocol prove provide proxy public publish pull pulse pump pure push quad qualify quality quarter
query queue queuing quick quiet quite quota quote rack radial rail rain raise random range rank rapid raster rate ratio
rays reach react read reader reads ready real rear reason rebuild receipt receive recent recognise recognize record
recover rect reduce refer referrer refine reflect refresh refs refuse region register regular reject relate relay
release rely remain reminder remote remove rename rend render rent reorder repeat replace replay reply repo report
repos reps request require rescue reserve reset resize resolve resource resp respect response rest restore result
resume retain retire retry return reuse reveal reverse revert review revise rewrite rewrote ride right ring rise rising
river roam robe rode role roll roman roof root rope rose rotate rough round rout route router rows rule runs rust
sacred safe sage sake sale salt same sample sand save says scale scan scanner scared scene schedule schema scope score
screen script scroll sealed seam sear search season seat second secs section secure seed seek seem seen sees segment
select self sell send sends sense senses sensitive sent sequence serial serialize series serve server service session
setup seven sever several shade shadow shake shape shard share sharp shed sheer sheet shell shift ship shirt shoot shop
shore short shot should shout show shown shred shrink shrunk shut side sigh sight sign signal signs silent silver
simple since sine sing single sink site sits size skin skip slash sleep slice slide slight slim slip sliver slope slot
slow small smart snake snap soap sock soft sole solid solo solve some song soon sore sort soul sound soup sour source
south space span spans spar spare spawn speak special specify speech speed spell spend spin split spoil spool spot
spots spread stable stack staff stage stages stain stair stake stale stall stamp stand star starred stars start stat
state statement static station stats status stay steal steam steel steep stem step stick stiff still stir stock stole
stop store stored storm story stow straight strand strange stream street stress strict strike string strip stroke
strong struct structure stub stuck stuff stun style submit subs subset subst subtract success such suffix suggest suit
suite sum sunset super supply support sure surf surface surge suspect suspend swap sweep sweet switch symbol sync
syntax system table tabs tack tag tail take taken tale talk tall tank tape tapped target task teach team tear tech teen
tell temp tend tens tense tent term terminal test tests text texts than thank that thaw thead their them theme then
there these they thick thin thing think third this thorough those though thread three through throughout throughput
throw thrown thunk thus tick tide tied tier tiers ties tight tilde tile tiles till time times tips tire title today
together token told toll tone tons took tool torn toss total touch tough tour towel tower town toys trace tracing track
tract trade trading trail train tran transfer transform transit transition translate transmit transport trap tray tread
treat tree trial trick trig trigger trim trip triple trot truck true trunk truss trust truth tube tune tuning turn
twice twin twist type types typing undef under undo unify union unique unit unite united units unity unlock unset
untied until unused update upload upper urge usage use used user uses using usual util utils valid validate valley
value values variable variant various vars vary vast vector verb verify verse version very vest vice view virtual
visible visit vital voice void volt vote wade wage wait wake walk wall want warm warn warning warp wash waste watch
wave ways weak wear week weigh weight went were west what wheel when where whether which while white whole whose wide
widow width wild will wind window wing wins wipe wire wise wish with within without woke wolf wonder wood word words
wore work worker world worm worn worry worse worst worth would wound wrap wrapper wrist writable write writer written
wrong wrote yard year yellow yield young your zero zone
"""


_ENDINGS = ("s", "es", "ed", "d", "ing", "er", "ers", "r", "ly", "able", "al")
_MIN_WORD = 4


@cache
def _known() -> frozenset[str]:
    return frozenset(_WORDS.split())


def is_known_word(word: str) -> bool:
    """Return whether this is a word in its own right, with or without an ending."""
    lower = word.lower()
    stems = (lower.removesuffix(ending) for ending in _ENDINGS if lower.endswith(ending))
    return lower in _known() or any(stem in _known() for stem in stems if len(stem) >= _MIN_WORD)


def is_another_word(quoted: str, own: str) -> bool:
    """Return whether two words of one length differ in a part that is a word in both: ``unittest``, ``unittext``."""
    if len(quoted) != len(own):
        return False
    one, other = quoted.lower(), own.lower()
    return any(
        one[start:end] != other[start:end] and one[start:end] in _known() and other[start:end] in _known()
        for start in range(len(one))
        for end in range(start + _MIN_WORD, len(one) + 1)
    )
