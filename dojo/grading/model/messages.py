"""The messages of the grader about hand-ins and answers: a code with values, and the sentence for each code.

A grade stores codes, so rewording a sentence does not change old grades. If you reword a sentence, add the old words to
``FORMER_WORDS``: grades of format 1 store sentences, and are compared by them.
"""

from string import Formatter
from typing import Any

import msgspec

from dojo.results.failure import fill_template
from dojo.screen.sanitize import sanitize

WORDS = {
    # Why a hand-in cannot be graded
    "too_many_files": "{where} holds more than {most} files: hand in the folder katas alone",
    "too_many_archives": "{where} is one archive too many: hand in {most} at most",
    "unpacks_to_too_much": "{where} unpacks to more than {most} MiB: hand in the folder katas alone",
    "unpacks_by_too_much": "{where} unpacks to more than {most} times its size: hand in the folder katas alone",
    "too_large": "{where} has more than {most} MiB: hand in the folder katas alone",
    "leads_outside": "{where} holds {name}, a name that leads outside of it: pack the folder katas anew",
    "too_deep": "{where} holds folders within folders, {depth} deep: hand in the folder katas alone",
    "cannot_be_read": "{where} cannot be read: {why}; hand it in anew",
    "broken": "{where} is broken; hand it in anew",
    "no_archive": "{where} is broken, or is no zip and no tar archive: pack it and hand it in anew",
    "ends_too_early": "{where} is broken, it ends too early: pack it and hand it in anew",
    "holds_odd": "{where} holds {kind}, {name}: hand in plain files and folders",
    "is_odd": "{name} is {kind}: hand in plain files and folders",
    "locked": "{where} is locked with a password: pack it without one",
    "uncommon_method": "{name} is packed by an uncommon method: pack it as zip or tar.gz as usual",
    "changed": "{name} changed while it was read: grade it again",
    "hard_link": "{name} is a hard link, another name of a file elsewhere: hand in a copy",
    "not_opened": "{name} is not opened: hand in a zip or tar.gz archive, with no other in it",
    # Notes on a hand-in
    "same_number": "in Canvas, {name} has the number {number} too: see which grade counts",
    "late": "Canvas says that it is late",
    "typed": "text that was typed into a form is not looked at",
    "merged": "{names} are taken as one hand-in: where both hold a kata, the first counts",
    "of_several_katas": "{name} may be {katas}: it counts in the folder of its chapter",
    "left_out": "{names}: left out, since another file of that kata is meant before",
    "kata_too_large": "{names}: larger than {most} MiB, and left out",
    "misspelt": "{names}: taken, though it is spelt otherwise",
    "archives_left_out": "{names}: not opened: an archive in another one, or of a kind that is not read",
    "file_ignored": "1 file is no kata's, and ignored",
    "files_ignored": "{count} files are no kata's, and ignored",
    "no_kata": "there is no file of a kata",
    # Why a kata has its state
    "solved": "all {tests} tests pass",
    "failed": "{passed} of {tests} tests pass. The first that does not{on}: {statement}",
    "untouched": "the stub is as it was given out",
    "does_nothing": "the stub is as it was given out: its functions still raise NotImplementedError",
    "not_handed_in": "no file of this kata was handed in",
    "timeout": "it ran past its time limit and was ended: is there a loop without end? {passed} of {tests} tests pass",
    "timeout_of_all": "the hand-in as a whole ran past its time limit before this kata's turn came",
    "memory": "it asked for more memory than there is for it. {passed} of {tests} tests pass",
    "unreported": "its process ended before all tests were done: nothing was reported of {missing} of {tests}",
    "ended": "its process ended before all tests were done, {how}. {passed} of {tests} tests pass",
    "ended_twice": "twice it ended, or held up, the process that watches over it. {passed} of {tests} tests pass",
    "too_many_processes": (
        "it started more processes or threads than there is room for. {passed} of {tests} tests pass"
    ),
    "output": "it printed, or said in an error, more than there is room for. {passed} of {tests} tests pass",
    "tampering": "{what}, which no answer needs to do. {passed} of {tests} tests pass",
    "control_passes": (
        "while its file is loaded, a test passes on an answer that does nothing. {passed} of {tests} tests pass"
    ),
    "broken_here": "this kata cannot be graded here: {why}",
    "grader_failed": "the grader itself failed, which says nothing about the answer: {why}",
    # "The sandbox refuses ..."
    "refuses_files": "files of this machine beside those that the tests need",
    "refuses_network": "connections",
    "refuses_sockets": "connections to programs of this machine, by files",
    "refuses_signals": "signals to the grader",
    "refuses_processes": "more processes than allowed",
    "refuses_memory": "more memory than allowed",
    "refuses_parent": "a look at the memory of the process above it",
    "refuses_privileges": "to be the superuser",
    # What a grade of an earlier version says in words
    "prose": "{words}",
}
REFUSED = ("files", "network", "sockets", "signals", "processes", "memory", "parent", "privileges")
"""What a sandbox can be seen to refuse. The words of each are in ``WORDS``, at ``refuses_...``."""
FORMER_WORDS: dict[str, tuple[str, ...]] = {}
"""By code, the sentences of earlier versions."""


class Message(msgspec.Struct, frozen=True):
    """A code of ``WORDS``, and the values for its sentence."""

    code: str
    values: dict[str, str] = {}

    @classmethod
    def of(cls, code: str, **values: Any) -> "Message":
        """Make a message. Values become strings; those that the sentence does not use are dropped.

        Raises:
            KeyError: if the code is unknown or a value is missing.
        """
        used = [name for _, name, _, _ in Formatter().parse(WORDS[code]) if name]
        return cls(code, {name: str(values[name]) for name in used})

    @classmethod
    def prose(cls, words: str) -> "Message":
        """Make a message from a sentence of a format 1 grade."""
        return cls("prose", {"words": words})

    def text(self) -> str:
        """Render the sentence, without control characters."""
        return sanitize(fill_template(WORDS.get(self.code, "{words}"), self.values))

    def means_same_as(self, other: "Message") -> bool:
        """Say whether two messages mean the same, where ``other`` may be a sentence of an earlier version."""
        if other.code != "prose":
            return self == other
        wordings = (WORDS.get(self.code, ""), *FORMER_WORDS.get(self.code, ()))
        return other.values.get("words") in [fill_template(words, self.values) for words in wordings]


def same_messages(messages: tuple[Message, ...], others: tuple[Message, ...]) -> bool:
    """Say whether two lists of messages mean the same, pair by pair."""
    return len(messages) == len(others) and all(map(Message.means_same_as, messages, others))


def refusal(name: str) -> str:
    """Describe one of ``REFUSED``, to complete the sentence "it refuses ..."."""
    return WORDS.get(f"refuses_{name}", name)
