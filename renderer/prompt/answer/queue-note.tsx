// Says that other questions follow this one, so that the next window is no surprise.

export function QueueNote({ waitingBehind }: { readonly waitingBehind: number }) {
  if (waitingBehind === 0) return null;
  return (
    <p className="small quiet">
      {waitingBehind === 1 ? 'One more question follows.' : `${waitingBehind} more questions follow.`}
    </p>
  );
}
