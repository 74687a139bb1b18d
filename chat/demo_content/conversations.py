"""What is said among few: the booking site's people, and direct conversations."""

from .rooms import CHINESE, FAIR, GENERAL, WORKSHOP
from .script import Said, Scene

BOOKING = Scene(
    kind="private",
    name="Booking site",
    topic="The web site where tools are booked. Test before five, deploy after eight.",
    members="zoe ines jonas",
    moderators="ines",
    said=(
        Said("zoe", "-3 13:02", "Two people got the same ladder for Saturday. I look into it.", label="ladder"),
        Said(
            "zoe",
            "-3 14:37",
            "Found it. The check and the write were two steps, so two clicks in the same second both found the "
            "ladder free:\n\n"
            "```python\n"
            "def book(tool, person, day):\n"
            "    if Booking.objects.filter(tool=tool, day=day).exists():\n"
            '        raise Taken(f"{tool} is taken on {day:%d %B}")\n'
            "    return Booking.objects.create(tool=tool, person=person, day=day)\n"
            "```\n\n"
            "Now a unique constraint on `(tool, day)` decides, and the second one gets the sentence.",
            reply_to="ladder",
            label="fix",
            reactions={"🎯": "jonas ines"},
        ),
        Said("jonas", "-3 14:50", "Nice. Is there a test that fails without the constraint?", label="test"),
        Said(
            "zoe",
            "-3 14:58",
            "There is, with two threads and a barrier.",
            reply_to="test",
            reactions={"👏": "jonas"},
        ),
        Said(
            "jonas",
            "-2 20:08",
            "Deployed.\n\n"
            "```console\n$ make deploy\nRunning migrations: 0042_booking_once ... OK\nhealthy after 3 s\n```",
            reactions={"🚀": "zoe ines"},
        ),
        Said(
            "ines", "-1 10:30", "And the reminder mails? Three members say they get them *after* the return day."
        ),
        Said(
            "zoe",
            "-1 10:41",
            "Time zones. The job runs at midnight UTC. I move it to 17:00 local time.",
            label="tz",
        ),
        Said(
            "jonas",
            "-33m",
            "Yesterday’s mails went out at 17:00 sharp. No complaints so far.",
            reply_to="tz",
            reactions={"⏰": "zoe"},
        ),
    ),
    unread=1,
)

XIAOWEN = Scene(
    kind="direct",
    members="xiaowen ines",
    said=(
        Said(
            "xiaowen",
            "-2 15:12",
            "Do you have ten minutes today or tomorrow? I would like to show you the soldering corner.",
        ),
        Said("ines", "-2 15:30", "Of course. Before or after opening?"),
        Said("xiaowen", "-2 15:31", "Before. I write when I am there. 谢谢！", reactions={"👍": "ines"}),
        Said("xiaowen", "-18m", "I am at the back door, nobody opens 🙂"),
    ),
    unread=1,
)

COUNTER = Scene(
    kind="direct",
    members="ines amara zoe",
    said=(
        Said(
            "amara", "-1 19:04", "Surprise for Tom’s 60th on Saturday: cake at one, in the workshop. Not a word!"
        ),
        Said("zoe", "-1 19:10", "I keep him busy with the ladder rack.", reactions={"😄": "amara ines"}),
        Said("ines", "-1 19:12", "And I know somebody who bakes."),
    ),
)

# The lobby comes first: it exists already.
SCENES = (GENERAL, WORKSHOP, BOOKING, CHINESE, FAIR, XIAOWEN, COUNTER)
