// A program that stays until it is told to stop.
import { serveControl } from '../lane/control-server.ts';

const stop = serveControl({
  double: (value: number) => value * 2,
  stop: () => {
    setImmediate(stop);
  },
});
