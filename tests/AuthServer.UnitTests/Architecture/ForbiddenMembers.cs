namespace AuthServer.UnitTests.Architecture;

/// <summary>Members that no code of ours uses. The compiler refuses them too; this also sees what a pragma hides.</summary>
public static class ForbiddenMembers
{
    private static readonly string[] Names =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today",
        "System.DateTimeOffset.get_Now", "System.DateTimeOffset.get_UtcNow",
        "System.Guid.NewGuid", "System.Threading.Thread.Sleep", "System.Random..ctor", "System.Random.get_Shared",
    ];

    public static IEnumerable<string> In(IEnumerable<string> members) => members.Intersect(Names);
}
