"""The people of the demo. The first one owns the site."""

from .script import Person

SITE_NAME = "Harbour Street Tool Library"

PEOPLE = (
    Person("ines", "Inês Carvalho"),
    Person("tom", "Tom Baker"),
    Person("amara", "Amara Diallo"),
    Person("zoe", "Zoë Lindqvist"),
    Person("xiaowen", "林晓雯", language="zh-hans"),
    Person("jonas", "Jonas Weber"),
)
EVERYBODY = " ".join(person.username for person in PEOPLE)
