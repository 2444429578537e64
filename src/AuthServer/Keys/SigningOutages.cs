using System.Collections.Immutable;

namespace AuthServer.Keys;

/// <summary>The keys outside of this process, such as in an HSM, that did not sign when they were last asked.</summary>
public sealed class SigningOutages
{
    private ImmutableHashSet<string> _away = [];

    public bool Any => !_away.IsEmpty;

    public bool Has(string kid) => _away.Contains(kid);

    internal void Report(string kid, bool isSigned)
    {
        if (_away.Contains(kid) != isSigned) return;
        if (isSigned) ImmutableInterlocked.Update(ref _away, static (away, key) => away.Remove(key), kid);
        else ImmutableInterlocked.Update(ref _away, static (away, key) => away.Add(key), kid);
    }
}
