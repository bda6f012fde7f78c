"""A caller whose access key is an account id calls from that account.

moto takes the account from the header `x-moto-account-id` or from a role that was assumed. A Lambda function under test has
nothing but its environment: there the access key is all that it can be told.
"""

import re

from moto.core.responses import BaseResponse

ACCOUNT_AS_ACCESS_KEY = re.compile(r"Credential=(\d{12})/")


def patch() -> None:
    of_moto = BaseResponse.get_current_account

    def get_current_account(self: BaseResponse) -> str:
        credential = ACCOUNT_AS_ACCESS_KEY.search(self.headers.get("Authorization", ""))
        if credential and "x-moto-account-id" not in self.headers:
            return credential.group(1)
        return of_moto(self)

    BaseResponse.get_current_account = get_current_account
