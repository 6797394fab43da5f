import type { NodeTelemetry, TelemetryFrame } from '../../engine/protocol/messages.ts';
import { LossSeries } from './loss_series.ts';

/**
 * Live numbers. They never pass through React: who draws them subscribes here and is called at most once per animation frame.
 * The engine is acknowledged after the frame was painted, so that it never sends more than is seen.
 */
type NodeListener = (telemetry: NodeTelemetry | undefined) => void;
type FrameListener = (frame: TelemetryFrame | undefined) => void;

interface Channel {
  frame: TelemetryFrame | undefined;
  /** Each node's latest, kept when a frame does not mention it. */
  readonly nodes: Map<string, NodeTelemetry>;
  readonly losses: LossSeries;
  readonly nodeListeners: Map<string, Set<NodeListener>>;
  readonly frameListeners: Set<FrameListener>;
  /** Set while a frame waits to be painted. */
  ack: (() => void) | undefined;
}

const channels = new Map<string, Channel>();
const pending = new Set<Channel>();
const watchListeners = new Set<(tab: string) => void>();
let scheduled = false;

function channelOf(tab: string): Channel {
  let channel = channels.get(tab);
  if (channel === undefined) {
    channel = {
      frame: undefined,
      nodes: new Map(),
      losses: new LossSeries(),
      nodeListeners: new Map(),
      frameListeners: new Set(),
      ack: undefined,
    };
    channels.set(tab, channel);
  }
  return channel;
}

/** Calls `listener` with the node's telemetry after each frame (undefined after a reset). Returns the way to stop. */
export function subscribeNode(tab: string, node: string, listener: NodeListener): () => void {
  const { nodeListeners } = channelOf(tab);
  const set = nodeListeners.get(node) ?? new Set();
  if (set.size === 0) {
    nodeListeners.set(node, set);
    for (const changed of watchListeners) changed(tab);
  }
  set.add(listener);
  return () => {
    set.delete(listener);
    if (set.size > 0 || nodeListeners.get(node) !== set) return;
    nodeListeners.delete(node);
    for (const changed of watchListeners) changed(tab);
  };
}

/** Calls `listener` with each frame of a tab; undefined after a reset. */
export function subscribeFrame(tab: string, listener: FrameListener): () => void {
  const { frameListeners } = channelOf(tab);
  frameListeners.add(listener);
  return () => frameListeners.delete(listener);
}

export const latest = (tab: string, node: string): NodeTelemetry | undefined => channels.get(tab)?.nodes.get(node);
export const latestFrame = (tab: string): TelemetryFrame | undefined => channels.get(tab)?.frame;
export const losses = (tab: string): LossSeries => channelOf(tab).losses;

/** Nodes somebody looks at: those whose values the engine summarises. */
export const watched = (tab: string): string[] => [...(channels.get(tab)?.nodeListeners.keys() ?? [])];

/** Tells when what is looked at changes. */
export function onWatchChange(listener: (tab: string) => void): () => void {
  watchListeners.add(listener);
  return () => watchListeners.delete(listener);
}

/** Takes a frame from the engine; `ack` is called once it is on the screen. */
export function receiveFrame(tab: string, frame: TelemetryFrame, ack: () => void): void {
  const channel = channelOf(tab);
  channel.frame = frame;
  for (const [id, telemetry] of Object.entries(frame.nodes)) channel.nodes.set(id, telemetry);
  for (let i = 0; i + 1 < frame.losses.length; i += 2) {
    channel.losses.append(frame.losses[i] ?? 0, frame.losses[i + 1] ?? Number.NaN);
  }
  channel.ack = ack;
  schedule(channel);
}

/** Forgets a run's numbers: cards and charts are empty again. */
export function clearLive(tab: string): void {
  const channel = channels.get(tab);
  if (channel === undefined) return;
  channel.frame = undefined;
  channel.nodes.clear();
  channel.losses.clear();
  schedule(channel);
}

function schedule(channel: Channel): void {
  pending.add(channel);
  if (scheduled) return;
  scheduled = true;
  // A hidden page gets no animation frames; the run must not wait for it to be looked at.
  if (typeof document !== 'undefined' && document.hidden) setTimeout(paint, 100);
  else requestAnimationFrame(paint);
}

function paint(): void {
  scheduled = false;
  const due = [...pending];
  pending.clear();
  for (const channel of due) {
    for (const listener of channel.frameListeners) listener(channel.frame);
    for (const [id, listeners] of channel.nodeListeners) {
      const telemetry = channel.nodes.get(id);
      for (const listener of listeners) listener(telemetry);
    }
    const { ack } = channel;
    channel.ack = undefined;
    // After the paint, not before: a task queued in an animation frame runs behind it.
    if (ack !== undefined) setTimeout(ack, 0);
  }
}
