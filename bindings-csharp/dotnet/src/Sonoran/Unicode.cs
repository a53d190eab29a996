using System.Text;

namespace Sonoran;

/// <summary>Text as UTF-8, where half a surrogate pair must not become another character unnoticed.</summary>
internal static class Unicode
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal static bool IsWhole(string text) => FirstHalf(text) is null;

    /// <summary>The text as bytes; the first half of a pair is a byte there that UTF-8 does not have.</summary>
    internal static byte[] Utf8(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (FirstHalf(text) is { } index)
        {
            bytes[Encoding.UTF8.GetByteCount(text.ToCharArray(0, index))] = 0xFF;
        }

        return bytes;
    }

    /// <summary>Where a half of a surrogate pair stands without the other.</summary>
    private static int? FirstHalf(string text)
    {
        try
        {
            _ = Strict.GetByteCount(text);
            return null;
        }
        catch (EncoderFallbackException half)
        {
            return half.Index;
        }
    }
}
