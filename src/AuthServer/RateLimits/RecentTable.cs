namespace AuthServer.RateLimits;

/// <summary>A table of bounded size that forgets the entry which was not used for the longest time. Not safe for concurrent use.</summary>
internal sealed class RecentTable<TValue>(int capacity)
    where TValue : class
{
    private readonly Dictionary<UInt128, LinkedListNode<(UInt128 Key, TValue Value)>> _nodes = [];
    private readonly LinkedList<(UInt128 Key, TValue Value)> _byUse = [];

    public int Count => _nodes.Count;

    public TValue? Find(UInt128 key) => _nodes.TryGetValue(key, out var node) ? node.Value.Value : null;

    public TValue GetOrAdd(UInt128 key, Func<TValue> make)
    {
        if (_nodes.TryGetValue(key, out var node))
        {
            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value.Value;
        }

        if (_nodes.Count >= capacity) Remove(_byUse.First!.Value.Key);
        node = _byUse.AddLast((key, make()));
        _nodes.Add(key, node);
        return node.Value.Value;
    }

    public void Remove(UInt128 key)
    {
        if (_nodes.Remove(key, out var node)) _byUse.Remove(node);
    }
}
