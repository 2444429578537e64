namespace AuthServer.IntegrationTests.Faults;

/// <summary>What a test does to the surroundings of servers at work.</summary>
/// <param name="Happens">Ends when what broke is whole again, or something else does its work.</param>
/// <param name="IsNoticed">Whether requests may fail until then.</param>
internal sealed record Fault(string Name, Func<Traffic, Task> Happens, bool IsNoticed = true);
