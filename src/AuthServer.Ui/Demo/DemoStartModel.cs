namespace AuthServer.Ui.Demo;

/// <summary>The beginning of the demo; it posts to /demo.</summary>
public sealed record DemoStartModel
{
    /// <summary>True when the form came back too late.</summary>
    public bool IsExpired { get; init; }
}
