using AuthServer.Ui.Controls;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Accounts.MyAccount;

/// <summary>What every page about an account shows.</summary>
public abstract record AccountPageModel
{
    /// <summary>Whose account it is.</summary>
    public required AccountChip Account { get; init; }

    /// <summary>What the person has just done.</summary>
    public AccountDone Done { get; init; }

    /// <summary>Why what was asked was not done.</summary>
    public AccountProblem Problem { get; init; }

    /// <summary>How long to wait, for <see cref="AccountProblem.TooManyTries"/> and <see cref="AccountProblem.Busy"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }

    internal string? DoneText => Done switch
    {
        AccountDone.None => null,
        AccountDone.Saved => Texts.DoneSaved,
        AccountDone.PasswordChanged => Texts.DonePassword,
        AccountDone.PasswordRemoved => Texts.DonePasswordRemoved,
        AccountDone.PasskeyAdded => Texts.DonePasskeyAdded,
        AccountDone.PasskeyRemoved => Texts.DonePasskeyRemoved,
        AccountDone.SessionEnded => Texts.DoneSession,
        AccountDone.OtherSessionsEnded => Texts.DoneOtherSessions,
        AccountDone.AppWithdrawn => Texts.DoneApp,
        AccountDone.SecondFactorOff => Texts.DoneFactorOff,
        AccountDone.Connected => Texts.DoneConnected,
        AccountDone.Disconnected => Texts.DoneDisconnected,
        AccountDone.Proved => Texts.DoneProved,
        _ => throw new InvalidOperationException($"No text for {Done}."),
    };

    internal string? ProblemText => Problem switch
    {
        AccountProblem.None => null,
        AccountProblem.FormExpired => Texts.AccountFormExpired,
        AccountProblem.ChangedMeanwhile => Texts.AccountChangedMeanwhile,
        AccountProblem.CheckMarkedFields => Texts.CheckMarkedFields,
        AccountProblem.NotThere => Texts.AccountNotThere,
        AccountProblem.PasskeyRefused => Texts.NewPasskeyRefused,
        AccountProblem.TooManyPasskeys => Texts.TooManyPasskeys,
        AccountProblem.LastWayIn => Texts.LastWayIn,
        AccountProblem.LastWayInWithoutPasswords => Texts.LastWayInWithoutPasswords,
        AccountProblem.NoPicture => Texts.NoPicture,
        AccountProblem.NotAPicture => Texts.NotAPicture,
        AccountProblem.PictureTooLarge => Texts.PictureTooLarge,
        AccountProblem.TooManyTries => Text.Of(Texts.TooManyTries, Text.Wait(RetryAfter)),
        AccountProblem.Busy => Text.Of(Texts.ServerBusy, Text.Wait(RetryAfter)),
        _ => throw new InvalidOperationException($"No text for {Problem}."),
    };
}

/// <summary>What a person has just done on a page about their account.</summary>
public enum AccountDone
{
    None,
    Saved,
    PasswordChanged,
    PasswordRemoved,
    PasskeyAdded,
    PasskeyRemoved,
    SessionEnded,
    OtherSessionsEnded,
    AppWithdrawn,
    SecondFactorOff,

    /// <summary>A sign-in of another provider leads into the account now.</summary>
    Connected,
    Disconnected,

    /// <summary>Signed in again, as what they want to do needs it.</summary>
    Proved,
}

/// <summary>Why a page about an account is shown again.</summary>
public enum AccountProblem
{
    None,

    /// <summary>The form belongs to an earlier state of the browser.</summary>
    FormExpired,

    /// <summary>The account was changed elsewhere since the page was opened.</summary>
    ChangedMeanwhile,

    /// <summary>Some fields are wrong, and say so.</summary>
    CheckMarkedFields,

    /// <summary>The session or the app is not there any more.</summary>
    NotThere,

    /// <summary>The answer of the browser is no passkey for this account.</summary>
    PasskeyRefused,
    TooManyPasskeys,

    /// <summary>Without it nobody could sign in to the account any more.</summary>
    LastWayIn,

    /// <summary>The same on a server that takes no passwords.</summary>
    LastWayInWithoutPasswords,

    /// <summary>The form came without a file.</summary>
    NoPicture,

    /// <summary>The file is none of the kinds of pictures that are read, or broken.</summary>
    NotAPicture,
    PictureTooLarge,
    TooManyTries,
    Busy,
}
