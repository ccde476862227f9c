// What a restriction means, wherever one is made.
export const onlyToHint =
  'The key logs in to these hosts and can be used for nothing else: Sallyport refuses it. Programs that don’t prove where they log in, such as PuTTY and WinSCP, can’t use it then. ssh must have been there once.';
