namespace AuthServer.Ui.Controls;

/// <summary>What keeps a passkey, for its picture.</summary>
public enum PasskeyShape
{
    /// <summary>A device, by its operating system.</summary>
    Device,

    /// <summary>A manager of passwords, which has it on every device.</summary>
    Manager,

    /// <summary>A security key.</summary>
    Key,
}
