namespace AuthServer.RateLimits;

/// <summary>A table of bounded size that forgets the entry which was not used for the longest time. Not safe for concurrent use.</summary>
internal sealed class RecentTable<TValue>(int capacity)
    where TValue : class
{
    private readonly Dictionary<UInt128, LinkedListNode<(UInt128 Key, TValue Value)>> nodes = [];
    private readonly LinkedList<(UInt128 Key, TValue Value)> byUse = [];

    public int Count => nodes.Count;

    public TValue? Find(UInt128 key) => nodes.TryGetValue(key, out var node) ? node.Value.Value : null;

    public TValue GetOrAdd(UInt128 key, Func<TValue> make)
    {
        if (nodes.TryGetValue(key, out var node))
        {
            byUse.Remove(node);
            byUse.AddLast(node);
            return node.Value.Value;
        }

        if (nodes.Count >= capacity) Remove(byUse.First!.Value.Key);
        node = byUse.AddLast((key, make()));
        nodes.Add(key, node);
        return node.Value.Value;
    }

    public void Remove(UInt128 key)
    {
        if (nodes.Remove(key, out var node)) byUse.Remove(node);
    }
}
