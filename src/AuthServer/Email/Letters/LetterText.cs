using System.Text.Json;
using System.Text.Json.Serialization;

namespace AuthServer.Email.Letters;

/// <summary>What a row of the outbox holds, sealed.</summary>
/// <param name="To">Stays when the mail is sent, for those who ask whether it was.</param>
/// <param name="Letter">Null: it was sent.</param>
internal sealed record LetterText(string To, Letter? Letter)
{
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, LetterJson.Default.LetterText);

    /// <exception cref="JsonException">Another version of the server wrote it, and this one does not know the mail.</exception>
    public static LetterText Read(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, LetterJson.Default.LetterText) ?? throw new JsonException("It is empty.");
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(LetterText))]
internal sealed partial class LetterJson : JsonSerializerContext;
