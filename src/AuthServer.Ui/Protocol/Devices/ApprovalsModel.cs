using AuthServer.Ui.Controls;

namespace AuthServer.Ui.Protocol.Devices;

/// <summary>The apps that wait for a decision of the person.</summary>
public sealed record ApprovalsModel
{
    public required AccountChip Account { get; init; }

    public required IReadOnlyList<WaitingApproval> Waiting { get; init; }

    /// <summary>True when a form could not be taken.</summary>
    public bool IsStale { get; init; }
}

/// <param name="AskedAt">UTC.</param>
/// <param name="Url">Where the person sees what is asked.</param>
public sealed record WaitingApproval(string App, DateTime AskedAt, string Url);
