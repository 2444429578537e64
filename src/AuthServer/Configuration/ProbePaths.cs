namespace AuthServer.Configuration;

/// <summary>What an orchestrator asks. They stand this low because traces leave them out.</summary>
public static class ProbePaths
{
    public const string Root = "/health";
    public const string Live = Root + "/live", Ready = Root + "/ready", Startup = Root + "/startup";
}
