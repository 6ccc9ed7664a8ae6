"""How any command of the office is built."""

from tests.anybody.of_cases import OF_CASES
from tests.anybody.of_the_city import OF_THE_CITY
from tests.anybody.of_tickets import OF_TICKETS

BUILDERS = {**OF_CASES, **OF_THE_CITY, **OF_TICKETS}
