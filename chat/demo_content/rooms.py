"""What is said in the open: the lobby, the workshop, the Chinese corner, and last year's fair."""

from .people import EVERYBODY
from .script import Said, Scene

GENERAL = Scene(
    kind="public",
    name="General",
    topic="Everything that concerns all of us. Opening hours: Tue and Thu 16–20, Sat 10–14.",
    members=EVERYBODY,
    moderators="tom",
    said=(
        Said(
            "ines",
            "-6 08:52",
            "Good morning! This is our new chat. No more e-mail threads about *RE: RE: FW: drill*.\n\n"
            "- **General** is for everybody\n- **Workshop** is for repairs and broken things\n"
            "- questions about the booking site go to Zoë",
            reactions={"🎉": "tom amara zoe xiaowen", "👋": "jonas"},
            pinned=True,
        ),
        Said("tom", "-6 08:57", "Finally. I had 340 unread mails about one hedge trimmer."),
        Said("amara", "-6 09:03", "Hello from the tram 👋", reactions={"👋": "ines tom"}),
        Said("xiaowen", "-6 09:20", "大家好！Hi all. I write both, 中文 and English, I hope that is fine."),
        Said("ines", "-6 09:21", "More than fine, @xiaowen. There is a room for it, too."),
        Said(
            "ines",
            "-4 17:05",
            "The plan for this month:\n\n"
            "| Day | Who opens | Who repairs |\n|:--|:--|:--|\n"
            "| Tue | Amara | Tom |\n| Thu | Jonas | Tom, Xiaowen |\n| Sat | Inês, Zoë | – |\n\n"
            "If you cannot come, swap with somebody and say so **here**.",
            label="plan",
            reactions={"👍": "tom amara jonas xiaowen zoe"},
            pinned=True,
        ),
        Said("jonas", "-4 17:31", "I have to swap Thursday, dentist. Anyone?", label="swap", reply_to="plan"),
        Said("amara", "-4 17:40", "I take it if you take my Tuesday.", reply_to="swap"),
        Said("jonas", "-4 17:41", "Deal. Thank you!", reactions={"🤝": "amara"}),
        Said(
            "zoe", "-2 12:15", "Somebody left a very good umbrella. Blue, wooden handle. It is behind the counter."
        ),
        Said("tom", "-2 12:44", "Wrong room, sorry", deleted=True),
        Said("jonas", "-2 12:50", "Mine!! I looked for it everywhere ☂️", reactions={"😂": "zoe ines"}),
        Said(
            "amara",
            "-1 18:22",
            "Numbers of today: 31 loans, 27 returns, 9 new members. The pressure washer is booked until the end "
            "of the month, so please do not promise it to anybody.",
            reactions={"💪": "ines tom"},
        ),
        Said("tom", "-1 18:30", "Nine! Is that a record for a weekday?"),
        Said("amara", "-1 18:31", "It is. The article helped: https://example.org/harbour-street/tool-library"),
        Said("zoe", "-75m", "The key of the back door turns again. Graphite, not oil.", reactions={"🔑": "tom"}),
        Said("jonas", "-70m", "Hero."),
    ),
    unread=2,
)

WORKSHOP = Scene(
    kind="public",
    name="Workshop",
    topic="Repairs, spare parts, broken things",
    members="tom ines amara xiaowen jonas",
    said=(
        Said("tom", "-5 16:12", "Cordless drill no. 7 is back and does not charge. Contacts look fine."),
        Said("xiaowen", "-5 16:25", "The charger or the battery? No. 4 has the same type, try to swap them."),
        Said("tom", "-5 16:48", "It is the charger. The fuse is gone.", label="fuse", reactions={"🔧": "xiaowen"}),
        Said("xiaowen", "-5 16:50", "T2A, 5×20 mm. We have some in the *second* drawer.", reply_to="fuse"),
        Said(
            "tom",
            "-3 19:02",
            "How to hand out the table saw, since two people asked me this week and I told each of them something "
            "different:\n\n"
            "1. Ask whether they have used one before. If not, they get the half-hour introduction first. No "
            "exceptions, not for engineers either.\n"
            "2. Blade guard and riving knife stay on. Show where the emergency stop is, let them press it once.\n"
            "3. Hand out push stick, ear and eye protection with it. They are in the yellow box, and the box "
            "counts as one item in the booking site.\n"
            "4. Look at the blade when it comes back. Write its state on the card, also when it is fine: a card "
            "without an entry tells us nothing.\n\n"
            "> “It was only one short cut” is how most of the accidents in the report began.\n\n"
            "The saw weighs 28 kg. Two people carry it, or it does not go. If somebody comes by bicycle, that is "
            "a no, however good the trailer looks. The full leaflet of the maker is at "
            "https://example.org/table-saw/manual, pages 8 to 14 are the ones to read.",
            label="saw",
            reactions={"👏": "ines amara jonas", "📌": "xiaowen"},
            pinned=True,
        ),
        Said("jonas", "-3 19:20", "Can we print that and put it next to the saw?", label="print", reply_to="saw"),
        Said("ines", "-3 19:24", "I laminate it tomorrow.", reply_to="print", reactions={"❤️": "jonas tom"}),
        Said("amara", "-1 16:05", "The sewing machine makes a sound like ~~a cat~~ two cats."),
        Said("xiaowen", "-1 16:11", "Needle plate. I bring the small screwdriver on Thursday."),
        Said("jonas", "-58m", "The router bits came. 12 pieces, 8 mm shank, all there.", reactions={"👍": "tom"}),
        Said(
            "tom",
            "-42m",
            "@ines can you order two more T2A fuses and a belt for the sander? We used the last ones today.",
            label="order",
            reactions={"👀": "xiaowen"},
        ),
        Said("xiaowen", "-40m", "The belt is 75 × 533 mm, grain 80.", reply_to="order"),
    ),
    unread=3,
)

CHINESE = Scene(
    kind="public",
    name="中文角",
    topic="用中文聊聊工具、维修和生活",
    members="xiaowen ines",
    said=(
        Said("xiaowen", "-5 10:02", "这里可以用中文聊天。想练习中文的朋友也欢迎！"),
        Said("ines", "-5 10:15", "你好！我在学中文，还很慢。😅", label="slow", reactions={"👍": "xiaowen"}),
        Said("xiaowen", "-5 10:16", "写得很好！慢慢来。", reply_to="slow"),
        Said(
            "xiaowen",
            "-1 09:40",
            "今天的单词：\n\n| 中文 | 拼音 | English |\n|---|---|---|\n"
            "| 电钻 | diànzuàn | power drill |\n| 螺丝刀 | luósīdāo | screwdriver |\n| 锯子 | jùzi | saw |\n\n"
            "例句：**“这把电钻借到星期四。”**",
            pinned=True,
            reactions={"🙏": "ines"},
        ),
        Said("ines", "-1 12:30", "“请还螺丝刀。” 对吗？"),
        Said("xiaowen", "-1 12:34", "对！更客气一点：“请把螺丝刀还回来，谢谢。”"),
    ),
)

FAIR = Scene(
    kind="public",
    name="Spring fair",
    topic="Over, and it was lovely. Kept for next year.",
    members="amara ines tom zoe",
    said=(
        Said("amara", "-40 09:10", "Our stand is no. 14, next to the bakery. Set-up from 7:30.", pinned=True),
        Said("zoe", "-40 09:32", "I bring the banner and two tables. Who has a van?", label="van"),
        Said("tom", "-40 09:35", "Me, as always.", reply_to="van", reactions={"🚐": "zoe amara"}),
        Said("amara", "-38 18:20", "23 new members, 140 € in the jar, one lost hammer. Thank you all! 🌷"),
        Said(
            "ines",
            "-38 18:41",
            "What a day. I close this room until next spring.",
            reactions={"🌷": "amara tom zoe"},
        ),
    ),
    archived=True,
)
