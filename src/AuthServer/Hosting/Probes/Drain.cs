namespace AuthServer.Hosting.Probes;

/// <summary>
/// Whether this process has been told to end: balancers shall send requests elsewhere, and those that come all the same are served.
/// </summary>
public sealed class Drain
{
    private volatile bool _hasBegun;

    public bool HasBegun => _hasBegun;

    public void Begin() => _hasBegun = true;
}
