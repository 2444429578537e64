namespace AuthServer.Ui.Controls;

/// <summary>The form of a device, for its picture.</summary>
public enum DeviceShape
{
    Unknown,
    Computer,
    Phone,
    Tablet,
    App,
}
