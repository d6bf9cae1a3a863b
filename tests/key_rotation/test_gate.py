"""Who makes keyed hashes, and what a new MTC_SECRET_KEY means for each of them."""

from tests.architecture.tree import calls, name_of, python_files

# A stored hash must be made anew (info=hash_of), be looked for under both secrets (keyed_hashes, proves),
# or be worth nothing by the time that the secret changes.
HASHES = {
    "mtc/catalog/services/stock_import.py": "made anew, and looked for under both secrets meanwhile",
    "mtc/catalog/services/stock_search_index.py": "made anew, and looked for under both secrets meanwhile",
    "mtc/orders/services/access_links.py": "made anew, and compared with both secrets meanwhile",
    "mtc/orders/services/access.py": "codes made anew, devices looked for under both secrets until they end",
    "mtc/checkout/services/carts.py": "looked for under both secrets until old carts have ended",
    "mtc/idempotency/services.py": "looked for under both secrets for the day that an answer is kept",
    "mtc/web/csrf.py": "compared with both secrets",
    "mtc/testing/clients.py": "sends what a browser sends",
    "mtc/web/device_cookies.py": "a browser is known anew after its next log-in",
    "mtc/identity/services/webauthn_challenges.py": "lives five minutes",
    "mtc/team/services/invitations.py": "an invitation can be sent again",
    "mtc/delivery/services/downloads.py": "tells that a download goes on, for some minutes",
    "mtc/core/security_log.py": "an alias in a log",
    "mtc/key_rotation/rotate.py": "makes hashes anew",
    "mtc/core/crypto.py": "the language itself",
}


def test_every_keyed_hash_says_what_a_new_secret_means_for_it() -> None:
    found = {
        name_of(path)
        for path in python_files("mtc", "plugins")
        if any(name in ("keyed_hash", ".keyed_hash") for name, _ in calls(path))
    }
    assert found - set(HASHES) == set()
