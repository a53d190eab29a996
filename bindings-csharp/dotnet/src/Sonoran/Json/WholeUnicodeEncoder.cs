using System;
using System.Buffers;
using System.Text.Encodings.Web;

namespace Sonoran.Json;

/// <summary>Escapes text as JSON needs it, and refuses half of a surrogate pair, which would become another character unnoticed.</summary>
/// <remarks>Every text of a document passes here, names of members too, whatever type it comes from.</remarks>
internal sealed class WholeUnicodeEncoder : JavaScriptEncoder
{
    internal static readonly WholeUnicodeEncoder Instance = new();

    private static readonly JavaScriptEncoder Usual = UnsafeRelaxedJsonEscaping;

    public override int MaxOutputCharactersPerInputCharacter => Usual.MaxOutputCharactersPerInputCharacter;

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        if (!Unicode.IsWhole(new ReadOnlySpan<char>(text, textLength)))
        {
            throw new RefusedValueException(Unicode.Half);
        }

        return Usual.FindFirstCharacterToEncode(text, textLength);
    }

    public override int FindFirstCharacterToEncodeUtf8(ReadOnlySpan<byte> utf8Text) => Usual.FindFirstCharacterToEncodeUtf8(utf8Text);

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten) =>
        Usual.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);

    public override bool WillEncode(int unicodeScalar) => Usual.WillEncode(unicodeScalar);

    public override OperationStatus Encode(
        ReadOnlySpan<char> source, Span<char> destination, out int charsConsumed, out int charsWritten, bool isFinalBlock = true) =>
        Usual.Encode(source, destination, out charsConsumed, out charsWritten, isFinalBlock);

    public override OperationStatus EncodeUtf8(
        ReadOnlySpan<byte> utf8Source, Span<byte> utf8Destination, out int bytesConsumed, out int bytesWritten, bool isFinalBlock = true) =>
        Usual.EncodeUtf8(utf8Source, utf8Destination, out bytesConsumed, out bytesWritten, isFinalBlock);
}
