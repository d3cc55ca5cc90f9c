"""WeCom (企业微信) as its public documentation describes it: tokens, messages, cards, groups, callbacks, limits, errors."""
