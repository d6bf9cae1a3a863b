// Before the first paint: the shopper's choice of light or dark, for themes that have both.
{
  const chosen = /(?:^|; )(?:__Host-)?theme=(light|dark)(?:;|$)/.exec(document.cookie);
  if (chosen) document.documentElement.dataset.theme = chosen[1];
}
