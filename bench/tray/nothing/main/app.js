// A tray application that does nothing: what the stand-in for Electron takes by itself.
import { app, nativeImage, Tray } from 'electron';

await app.whenReady();
globalThis.tray = new Tray(nativeImage.createEmpty());
