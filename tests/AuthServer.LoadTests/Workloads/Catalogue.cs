namespace AuthServer.LoadTests.Workloads;

/// <summary>All workloads, in the order of the report.</summary>
internal static class Catalogue
{
    public static readonly Workload[] All =
    [
        new Documents("discovery", jwks: false),
        new Documents("jwks", jwks: true),
        new MachineTokens(),
        new Introspections(),
        new UserInfos(),
        new Refreshes("refresh", Contenders.Cast.App),
        new Refreshes("refresh-rs256", Contenders.Cast.AppRs256),
        new CodeFlows(),
        new ApiCalls(),
        new Logins(),
        new MixedDay(),
    ];

    /// <summary>Those of <c>--quick</c>.</summary>
    public static readonly string[] Quick = ["discovery", "client-credentials", "introspection", "userinfo", "refresh", "code-flow",
        "login"];

    public static Workload? Find(string name) => Array.Find(All, w => w.Name == name);
}
