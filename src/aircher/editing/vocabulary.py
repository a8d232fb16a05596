"""Words that are one slip away from another word and are words themselves: whoever writes one of them means it.

Invariant: data only, lower case.
"""

from functools import cache

_WORDS = """
abort about above accept access action active actual adapt addition address adopt advice advise affect after again
alert alias align allow alone along alter among amount angel angle append apply argument array aside assert asset
assign async attach attract author avoid await back badge barrier based batch before begin begun being below better
between binary bind block bloom board body bold bond bound boundary branch brand break breath brief bring broad
broke brown buffer build built button bytes cache call calls canal cancel candidate carry cases casual catch causal
cause cell center chain chance change channel chart check child choice choose chose chunk claim class clean clear
click client clock clone close cloud code codec coded coder collect color column combine comment commit common
compare compile complete component compose compute concat condition config confirm conform connect consist const
contain content contest context continue contract contrast control convert copy corner correct count counter country
couple course cover crash create credit cross curse cursor curve custom daily dairy data date debug decade decide
decline decode deduct deep default defect defer define degree delay delete deny depart depend deploy depth derive
desert desire dessert destroy detail detect develop device devise diary differ digest digit direct disable discard
display divide done double doubt down draft drain drawn dream drive drop dump each early echo edge edit effect eight
either elapse elect element elicit else embed emit empty enable encode ends engine ensure enter entry equal error
escape eval even event every evict exact except exclude exec exist exit expand expect expend expire export extend
extent extract factor fail faith false fast fault feature fetch field fifth fight file fill filter final find fire
first five fixed flag flash flat fleet flesh float flood floor flow flush focus fold follow font force fork form
formal format former forth found fount fourth frame free freeze fresh friend from front fuel full function fund fuse
future gain gate gather general generate give given glob global good grand grant graph great greet group grow guard
guess guest guide handle hard hash head header heap heart height held help hidden high hint history hold hole home
hook host hour house human image immediate impart implicit import improve inbound include index indicate infer inner
input insert inspect instance instant insure integer intend intent internal interval into inverse invert invoke
issue item iterate join joint judge jump just keep kernel kind label large last late later latest latter launch
layer lead leaf lean learn least leave left length less letter level lexer library lift light like likely limit line
lines link list listen live load loader local locate lock locked logic login long look lookup loop loose lose loss
lower made main major make manual many margin marital mark market martial mask master match math matrix mean measure
median medium member memory menu merge message metal meter method metric micro middle might minor minus minute miss
mode model modify module moment month more most mount mouse move moved much multiple mutate name named native near
nested never next night node noise none normal north note notice null number object observe occur offset older once
only open operate optimal option order other outer output over override owner pack packed packet padding page pair
panel paper parent parse parser part partial party paste patch path pattern pause peace peer perform period persist
person phase phone phrase pick picture piece pilot pipe place plain plan plane plant plate play please plus point
pole policy poll pool port pose position post pound power precede predict prefix prepare present preserve press
pretty prevent preview price prime principal principle print prior private process produce product profile project
proof proper propose protect protocol prove provide proxy public pull pulse push quarter query queue quick quiet
quite quota quote raise random range rank rapid rate ratio reach react read reader ready real reason rebuild receipt
receive recent record recover reduce refer refine reflect refresh refuse region register regular reject relate
release rely remain remote remove rename render repeat replace reply report request require rescue reserve reset
resize resolve resource respect response rest restore result resume retain retire retry return reuse reveal reverse
revert review revise rewrite right rise river role roll root rotate round route router rule sacred safe sale salt
same sample save scale scan scanner scared scene schedule schema scope score screen script scroll search season seat
second section secure seed seek segment select self send sense sensitive sent sequence serial serialize series serve
server service session setup several shade shadow shape share sharp sheet shell shift ship shop shore short should
show shown shrink shut side sight sign signal silent silver simple since single size skip slash sleep slice slide
slight sliver slot small smart snap sock soft solid solve some sort sound source south space span spare spawn speak
special speech speed spell spend split spread stable stack staff stage stale stamp stand start state statement
static station status stay steal steam steel steep step stick still stock stop store story straight strand strange
stream street stress strict string strip strong struct structure stub stuff style submit subset subtract success
such suffix suggest suit suite super supply support sure surface suspect suspend swap sweep sweet switch symbol sync
syntax system table tag tail take target task teach team temp tense term terminal test tests text texts than thank
that their them theme then there these they thick thin thing think third this those though thread three through
throw thrown thus tight time times title today together token tool total touch tough tower trace track trade trail
train transfer transform translate transmit transport tread treat tree trial trick trigger trim trip triple true
trunk trust truth tune turn twice twist type types under undo union unique unit unite united untied until unused
update upload upper usage use used user usual valid validate valley value values variable variant various vector
verify version very view virtual visible visit vital voice void wait walk wall want warm warn warning waste watch
wave weak week weight were what wheel when where whether which while white whole whose wide width window wipe wire
wise with within without wonder word words work worker world worry worse worst worth would wrap wrapper wrist write
writer written wrong year yellow yield young your zero zone
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
