"""Domains where anybody gets an address: their owners let no other server send for them (DMARC p=reject)."""

from __future__ import annotations

# Names that are theirs under every public suffix, such as yahoo.co.uk.
_EVERYWHERE = frozenset((
    "gmail", "googlemail", "yahoo", "ymail", "rocketmail", "hotmail", "outlook", "icloud", "aol", "gmx",
    "yandex", "protonmail", "tutanota", "rediffmail", "zohomail",
))  # fmt: skip
_DOMAINS = frozenset((
    "126.com", "139.com", "163.com", "189.cn", "abv.bg", "alice.it", "aliyun.com", "aon.at", "arcor.de",
    "att.net", "azet.sk", "bbox.fr", "bell.net", "bellsouth.net", "bigpond.com", "bigpond.net.au", "bk.ru",
    "bluewin.ch", "blueyonder.co.uk", "bol.com.br", "bredband.net", "btinternet.com", "centrum.cz",
    "charter.net", "chello.at", "citromail.hu", "comcast.net", "cox.net", "daum.net", "disroot.org",
    "docomo.ne.jp", "duck.com", "earthlink.net", "email.com", "email.cz", "ezweb.ne.jp", "fastmail.com",
    "fastmail.fm", "foxmail.com", "free.fr", "freemail.hu", "freenet.de", "gazeta.pl", "hanmail.net",
    "hey.com", "hushmail.com", "i.ua", "ig.com.br", "inbox.ru", "interia.pl", "internet.ru", "juno.com",
    "kakao.com", "keemail.me", "kpnmail.nl", "laposte.net", "libero.it", "list.ru", "live.at", "live.be",
    "live.ca", "live.cn", "live.co.uk", "live.com", "live.com.au", "live.com.mx", "live.com.pt", "live.de",
    "live.dk", "live.fr", "live.it", "live.jp", "live.nl", "live.no", "live.se", "mac.com", "magenta.de",
    "mail.com", "mail.de", "mail.dk", "mail.ru", "mailbox.org", "me.com", "msn.com", "mynet.com",
    "nate.com", "naver.com", "neuf.fr", "nifty.com", "ntlworld.com", "o2.pl", "onet.pl", "online.de",
    "online.no", "op.pl", "optusnet.com.au", "orange.fr", "passport.com", "planet.nl", "pm.me", "posteo.de",
    "posteo.net", "proton.me", "proximus.be", "qq.com", "rambler.ru", "rogers.com", "runbox.com",
    "sbcglobal.net", "seznam.cz", "sfr.fr", "shaw.ca", "sina.cn", "sina.com", "sky.com", "skynet.be",
    "softbank.ne.jp", "sohu.com", "sympatico.ca", "t-online.de", "talktalk.net", "telefonica.net",
    "telenet.be", "telia.com", "terra.com.br", "terra.es", "tim.it", "tin.it", "tiscali.it", "tuta.com",
    "tuta.io", "tutamail.com", "ukr.net", "uol.com.br", "usa.com", "verizon.net", "videotron.ca",
    "virgilio.it", "virginmedia.com", "vodafone.de", "walla.co.il", "walla.com", "wanadoo.fr", "web.de",
    "wp.pl", "xs4all.nl", "xtra.co.nz", "ya.ru", "yeah.net", "ziggo.nl", "zoho.com", "zoho.eu",
))  # fmt: skip


def is_free_mail(registered: str) -> bool:
    """Return whether everybody may have an address at this registered domain (ASCII, small letters)."""
    return registered in _DOMAINS or registered.partition(".")[0] in _EVERYWHERE
