namespace AuthServer.Ui.Resources;

// The texts of requests that a person answers for another device.
internal static partial class Texts
{
    public static string DeviceTitle => Of("Connect a device");
    public static string DeviceLede => Of("Type the code that your device shows.");
    public static string DeviceCode => Of("Code on your device");
    public static string DeviceCodeMissing => Of("Type the code that your device shows.");
    public static string DeviceCodeMalformed => Of("That is not a code of a device. It has eight letters, such as WDJB-MJHT.");
    public static string DeviceCodeUnknown => Of(
        "No device waits with this code. It may be mistyped, used or too old: let the device show a new one.");
    public static string DeviceTooManyTries => Of("Too many codes were tried. Wait {0}, then try again.");
    public static string DeviceWarning => Of(
        "Only go on with a device that is in front of you. If somebody sent you this code or link, do not allow it: "
        + "they would get into your account.");
    public static string DeviceHeading => Of("{0} on another device wants to use your account");
    public static string DeviceCompare => Of("Allow it only if your device shows exactly this code");
    public static string DeviceAsked => Of("Asked {0}");
    public static string DeviceAsksNothing => Of("Get a token that tells nothing about you.");
    public static string DeviceDone => Of("Your device is connected");
    public static string DeviceDoneText => Of(
        "Go back to the device: {0} goes on there by itself. You can end this at any time in your account.");
    public static string DeviceRefused => Of("Nothing was shared");
    public static string DeviceRefusedText => Of("{0} was told that you did not allow it. You can close this page.");
    public static string DeviceEnded => Of("This request has ended");
    public static string DeviceEndedText => Of(
        "It was answered already, or is too old. This page has shared nothing with {0}. Let the device ask again.");
    public static string DeviceNoRoomText => Of(
        "{0} cannot be added here at the moment, because there are too many other apps. Let the device ask again later.");
    public static string DeviceManage => Of("Connected apps");
    public static string EventAccessPassedOn => Of("{0} used an app’s access for you at another service");
    public static string ApproveTitle => Of("Apps that wait for you");
    public static string ApproveHeading => Of("{0} asks whether it is you");
    public static string ApproveWarning => Of(
        "Only go on if you are doing something with {0} right now. If you did not start this, do not allow it: "
        + "somebody would get into your account.");
    public static string ApprovalMessage => Of("It shows this message at the same time");
    public static string ApproveDoneText => Of(
        "{0} goes on by itself. You can close this page. You can end this at any time in your account.");
    public static string ApproveEndedText => Of("It was answered already, or is too old. This page has shared nothing.");
    public static string ApproveNone => Of("No app waits for your answer.");
    public static string ApproveWaiting => Of("An app waits for your answer.");
    public static string ApproveLook => Of("See what it asks");
    public static string MailApprovalSubject => Of("{0} waits for your answer");
    public static string MailApprovalLede => Of(
        "{0} wants to use the account {1} and waits for your answer for {2}. Sign in to see what it asks.");
    public static string MailApprovalLook => Of("See what it asks");
    public static string MailApprovalNotYou => Of(
        "If you did not start this, do not allow it. Nothing is shared while you do nothing.");
    public static string EventApprovalGiven => Of("You told {0} that it is you");
    public static string EventApprovalDenied => Of("You did not allow what {0} asked");
    public static string EventDeviceApproved => Of("{0} was allowed on another device");
    public static string EventDeviceDenied => Of("{0} was not allowed on another device");
}
