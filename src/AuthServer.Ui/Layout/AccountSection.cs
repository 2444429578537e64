namespace AuthServer.Ui.Layout;

/// <summary>The sections of the pages about an account, in the order of their navigation.</summary>
public enum AccountSection
{
    Overview,
    Profile,
    Security,
    Sessions,
    Apps,
    Activity,
    Data,
}
