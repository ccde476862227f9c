// Electron's `nativeImage`, as far as PNG representations go.
import type { AddRepresentationOptions, NativeImage } from 'electron';

const pngSignature = '89504e470d0a1a0a';

export interface Representation {
  readonly scaleFactor: number;
  readonly size: number;
  readonly png: string;
}

export class StandInImage implements Pick<NativeImage, 'addRepresentation' | 'isEmpty'> {
  readonly representations: Representation[] = [];

  addRepresentation({ scaleFactor = 1, width, dataURL }: AddRepresentationOptions): void {
    const png = Buffer.from(dataURL?.split(',')[1] ?? '', 'base64');
    if (png.subarray(0, 8).toString('hex') !== pngSignature) throw new Error('stand-in: not a PNG');
    const size = png.readUInt32BE(16);
    if (size !== width) throw new Error('stand-in: the PNG has another width than said');
    this.representations.push({ scaleFactor, size, png: png.toString('base64') });
  }

  isEmpty(): boolean {
    return this.representations.length === 0;
  }
}

export const nativeImage = { createEmpty: () => new StandInImage() };
