import type { AiBoard } from './ai-board.js';
import type { CatalogAdditions } from './catalog-additions.js';
import { engineFacts, type EngineName } from './engines.js';
import { imageVerdict, type ImageVerdict } from './image-fit.js';
import { imageNameOf, imageText, type ImageName } from './image-name.js';
import { knownImages, type KnownImage } from './images.js';

/** An image that can run an engine on a board. */
export interface ImageChoice {
  /** As `docker pull` takes it, `dustynv/ollama:0.6.8-r36.4-cu126-22.04`. */
  readonly image: string;
  readonly tag: string;
  /** `sha256:...` where the catalog pins one. */
  readonly digest?: string | undefined;
  /** `docker.io`, `ghcr.io`, `nvcr.io` or the user's own. */
  readonly registry: string;
  /** Why it fits, in our words. */
  readonly why: readonly string[];
  /** What may go wrong with it all the same. */
  readonly cautions: readonly string[];
  /** To download, MB, where known. */
  readonly compressedMb?: number | undefined;
  /** It is on the device already. */
  readonly local?: boolean | undefined;
}

/** What was not chosen, and why. */
export interface ImageRefusal {
  readonly image: string;
  readonly why: string;
}

/** The images for an engine on a board, the best first; or none, with why and with what is not known. */
export type ImageMatch =
  | { readonly found: true; readonly best: ImageChoice; readonly others: readonly ImageChoice[] }
  | {
      readonly found: false;
      readonly why: string;
      readonly hint: string;
      /** What would have to be known, `L4T release`. */
      readonly notKnown: readonly string[];
      readonly refused: readonly ImageRefusal[];
    };

interface Judged {
  readonly image: KnownImage;
  readonly verdict: ImageVerdict;
  readonly local: boolean;
}

/** An image of the user's file, as one of the catalog. */
function addedImages(additions: CatalogAdditions, engine: EngineName): readonly KnownImage[] {
  return additions.images.flatMap((added) => {
    const name = imageNameOf(added.image);
    if (name === undefined || added.engine !== engine) return [];
    const { l4t, cuda, soc, sbsa, sm, digest } = added;
    const needs = {
      ...name.needs,
      ...(l4t !== undefined && { l4t }),
      ...(cuda !== undefined && { cuda }),
      ...(soc !== undefined && { soc }),
      ...(sbsa !== undefined && { sbsa }),
    };
    return [{ name: { ...name, digest: digest ?? name.digest }, engine, needs, sms: sm, cautions: [], own: true }];
  });
}

/** What is on the device and is an engine's by its name: built there with jetson-containers, or pulled earlier. */
function localImages(
  local: readonly string[],
  engine: EngineName,
  named: readonly KnownImage[],
  { sm }: AiBoard,
): readonly KnownImage[] {
  const listed = new Set(named.map(({ name }) => imageText(name)));
  return local
    .flatMap((text) => imageNameOf(text) ?? [])
    .filter((name) => name.engine === engine && !listed.has(imageText(name)))
    .map((name) => {
      // Built on this board, so for its GPU.
      const sms = name.source === 'local' && sm !== undefined ? [sm] : undefined;
      return { name, engine, needs: name.needs, sms, cautions: [] };
    });
}

function judge(image: KnownImage, board: AiBoard, local: ReadonlySet<string>): Judged {
  const { stage } = image.name;
  const here = local.has(imageText(image.name));
  if (stage !== undefined) {
    const why = [`It is a step of a build (${stage}), not its end.`];
    return { image, verdict: { fits: 'no', why, cautions: [], rank: 0 }, local: here };
  }
  return { image, verdict: imageVerdict(image, board), local: here };
}

/** The user's own before all, then what fits best, then what is there already, then the order of the catalog. */
const rankOf = ({ image, verdict, local }: Judged): number =>
  (image.own === true ? -100 : 0) + verdict.rank * 2 - (local ? 1 : 0);

function choiceOf({ image, verdict, local }: Judged): ImageChoice {
  const { name } = image;
  return {
    image: imageText(name),
    tag: name.tag,
    digest: name.digest,
    registry: name.registry,
    why: [...(image.own === true ? ["the user's catalog file names it"] : []), ...verdict.why],
    cautions: verdict.cautions,
    compressedMb: image.compressedMb,
    local: local ? true : undefined,
  };
}

/** What to do where no image fits. */
function adviceFor(engine: EngineName, board: AiBoard): string {
  const own = 'Name an image of your own in catalog.yaml, or build one on the board with jetson-containers.';
  const major = Number(board.l4t?.split('.')[0]);
  if (major === 32) return `JetPack 4 (CUDA 10.2) has no images of inference engines. ${own}`;
  if (major === 35) return `On JetPack 5 there are images of llama.cpp, Ollama and MLC only. ${own}`;
  if (engine === 'tensorrt-edge-llm') return `TensorRT Edge-LLM comes with JetPack 7; the image is for Thor. ${own}`;
  return own;
}

/**
 * The images that run an engine on this board, the best first. `local` are names of images that the device has. What is not known of
 * the board never lets an image pass: then the answer says what would have to be known.
 */
export function matchImage(
  board: AiBoard,
  engine: EngineName,
  additions: CatalogAdditions,
  local: readonly string[] = [],
): ImageMatch {
  const listed = [...addedImages(additions, engine), ...knownImages.filter((image) => image.engine === engine)];
  const here = new Set(local.flatMap((text) => normal(imageNameOf(text))));
  const judged = [...listed, ...localImages(local, engine, listed, board)].map((image) => judge(image, board, here));
  const fitting = judged.filter(({ verdict }) => verdict.fits === 'yes').sort((a, b) => rankOf(a) - rankOf(b));
  const [best, ...others] = fitting.map(choiceOf);
  if (best !== undefined) return { found: true, best, others };
  const notKnown = [...new Set(judged.flatMap(({ verdict }) => verdict.notKnown ?? []))];
  const refused = judged.map(({ image, verdict }) => ({ image: imageText(image.name), why: verdict.why[0] ?? '' }));
  const { title } = engineFacts(engine);
  if (notKnown.length > 0) {
    return {
      found: false,
      why: `Which image of ${title} fits cannot be told: not known is ${notKnown.join(', ')}.`,
      hint: 'See device_describe for what could not be read there, or name the image in catalog.yaml.',
      notKnown,
      refused,
    };
  }
  const why = `No known image of ${title} fits L4T ${board.l4t ?? '?'}${board.sm === undefined ? '' : ` with SM ${board.sm}`}.`;
  return { found: false, why, hint: adviceFor(engine, board), notKnown, refused };
}

const normal = (name: ImageName | undefined): readonly string[] => (name === undefined ? [] : [imageText(name)]);
