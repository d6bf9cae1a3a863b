"""Headings that people write above a column of keys, in several languages."""

from __future__ import annotations

import re
from functools import lru_cache

from mtc.core.normalization import fold

_LONGEST = 60


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in text.split())


# Words that name a key by themselves; "key" of any language is the clearest.
KEY = _words(
    "key keys schlüssel clé clés clef clefs clave claves chiave chiavi chave chaves ключ ключи ключа "
    "sleutel sleutels klucz klucze nyckel nycklar nøkkel nøgle avain kulcs klíč kľúč cheie anahtar "
    "anahtarı κλειδί キー 鍵 키 密钥 密鑰 金鑰 秘钥 卡密 مفتاح מפתח kulcsok võti atslēga raktas raktai "
    "ključ ključevi кључ кључеви ključi kunci khóa khoá litsentsivõti"
)
NAMED = _words(
    "serial serials serien série séries serie seriale seriell serienummer seryjny серийный серийные "
    "シリアル 序列 序列号 序號 序列號 시리얼 license licence licenses licences licencia licencias "
    "licenza licenze licença licenças lizenz lizenzen licencja licencji licens licentie lisens "
    "lisenssi lisans лицензия лицензии лицензий лицензионный ライセンス 许可证 许可 授权 授權 "
    "라이선스 활성화 voucher vouchers gutschein gutscheine bon coupon coupons cupón cupon ваучер "
    "licenc licență licenční licenčný licenčni licencyjny ліцензія ліцензійний лицензионен "
    "серійний сериен serijski seriové sériové sériový lisensi aktivasi aktivacijski aktivační "
    "aktivačný aktivizācijas aktivavimo активаційний активационен الترخيص التفعيل רישיון הפעלה "
    "인증 兌換 "
    "купон バウチャー クーポン 兑换 激活 啟用 activation aktivierung aktivierungs activación "
    "activacion attivazione ativação ativacao aktywacyjny aktywacji активации активация "
    "アクティベーション redeem redemption unlock freischalt registration registrierung "
    "registrierungs einlöse einlösung gift геймкод"
)
WEAK = _words(
    "code codes pin pins value values token tokens código códigos codigo codice codici kod kody код "
    "коды コード 代码 代碼 码 碼 코드 kode kodi koodi koda kods kodas kód kódy šifra mã رمز كود קוד secret"
)
FILLERS = _words(
    "cd dvd product products produkt produktu produktet tuote produit produits producto productos "
    "prodotto produto продукта продукт "
    "プロダクト 产品 產品 제품 software game games spiel jeu jeux juego gioco jogo игры игра "
    "ゲーム 游戏 遊戲 steam epic origin uplay ubisoft gog xbox psn playstation nintendo windows win "
    "office microsoft adobe retail oem number numbers nummer nummern numer no nr num n numéro número "
    "numero номер 番号 号 號 号码 号碼 번호 card karte carte digital download wallet the your my of "
    "termék ürün продукту produs produsului izdelka proizvoda produk sản phẩm المنتج מוצר pro "
    "broj číslo номера numărul "
    "de du di d la le les des del für for en s list liste unique full app item article artikel user"
)
# What other columns of such lists are headed with: they tell that the first line is a heading.
OTHERS = _words(
    "product products produkt produit producto prodotto item name names title titel titre status "
    "state zustand email mail date datum created updated order orders user customer kunde buyer "
    "price preis prix quantity menge sku id ids uuid note notes comment comments bemerkung batch "
    "supplier vendor lieferant fournisseur region platform plattform edition expires expiry "
    "expiration valid type typ currency country amount category description type seller variant "
    "count position pos added assigned used sold available активен статус товар имя цена 状态 产品 "
    "名称 商品 상태"
)
_VAGUE = _words("product products produkt produit producto prodotto produto item article artikel 产品 產品")
_CORE = KEY | NAMED | WEAK
_ALL = _CORE | FILLERS
_TOKENS = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
_DIGIT = re.compile(r"\d")


def strength(cell: str) -> int:
    """Return how clearly a cell is the heading of a column of keys: 0 not at all, up to 3.

    Words may be joined by anything or by nothing: License Key, license__license_key, CDKey.
    """
    text = cell.strip()
    if not text or len(text) > _LONGEST or _DIGIT.search(text):
        return 0
    words: set[str] = set()
    for token in _TOKENS.findall(_CAMEL.sub(" ", text)):
        parts = _split(fold(token))
        if parts is None:
            # CDKey is cut in the wrong place by its capitals.
            return strength(text.casefold()) if text != text.casefold() else 0
        words |= parts
    if words & KEY:
        return 3 if words & (NAMED | WEAK | FILLERS) else 2
    if words & NAMED:
        return 3 if words & WEAK else 2
    if words & WEAK:
        return 0 if words & _VAGUE else 1
    return 0


def has_number(cell: str) -> bool:
    """Return whether a cell is a heading of a column of keys but for its number: Key 1, Licence2.

    Of several words one at an end has to be: Windows 11 Pro Key.
    """
    text = cell.strip()
    if not text or len(text) > _LONGEST or not _DIGIT.search(text):
        return False
    if strength(_DIGIT.sub(" ", text)) >= 2:
        return True
    words = [fold(word) for word in _TOKENS.findall(text)]
    return " " in text and (words[0] in KEY or words[-1] in KEY)


@lru_cache(maxsize=2048)
def _split(token: str) -> frozenset[str] | None:
    """Return the known words that the token is made of, or None when a part of it is unknown."""
    best: list[frozenset[str] | None] = [frozenset(), *[None] * len(token)]
    for end in range(1, len(token) + 1):
        for begin in range(end - 1, -1, -1):
            before = best[begin]
            if before is not None and token[begin:end] in _ALL:
                words = before | {token[begin:end]}
                previous = best[end]
                # The fewest words: "serien" is no "s" and "erien".
                if previous is None or len(words) < len(previous):
                    best[end] = words
    return best[-1]


def is_other(cell: str) -> bool:
    """Return whether a cell is a usual heading of a column that holds something else."""
    text = cell.strip()
    if not text or len(text) > _LONGEST or _DIGIT.search(text):
        return False
    words = [fold(word) for word in _TOKENS.findall(_CAMEL.sub(" ", text))]
    return bool(words) and (words[-1] in OTHERS or words[0] in OTHERS)
