using System;
using System.Text;

namespace Sonoran;

/// <summary>Text as UTF-8, where half a surrogate pair must not become another character unnoticed.</summary>
internal static class Unicode
{
    /// <summary>What is said of a text that is not whole, behind its name.</summary>
    internal const string Half = "must be whole Unicode text: it holds half of a surrogate pair";

    internal static bool IsWhole(ReadOnlySpan<char> text) => FirstHalf(text) < 0;

    /// <summary>The text as bytes; the first half of a pair is a byte there that UTF-8 does not have.</summary>
    internal static byte[] Utf8(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (FirstHalf(text.AsSpan()) is >= 0 and var index)
        {
            bytes[Encoding.UTF8.GetByteCount(text.ToCharArray(0, index))] = 0xFF;
        }

        return bytes;
    }

    /// <summary>Where a half of a surrogate pair stands without the other; -1 where none does.</summary>
    internal static int FirstHalf(ReadOnlySpan<char> text)
    {
        for (var index = FirstSurrogate(text); index < text.Length; index++)
        {
            if (!char.IsSurrogate(text[index]))
            {
                continue;
            }

            if (index + 1 == text.Length || !char.IsSurrogatePair(text[index], text[index + 1]))
            {
                return index;
            }

            index++;
        }

        return -1;
    }

    /// <summary>Where the first surrogate may stand; most texts have none.</summary>
#if NET8_0_OR_GREATER
    private static int FirstSurrogate(ReadOnlySpan<char> text) =>
        text.IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and var first ? first : text.Length;
#else
    private static int FirstSurrogate(ReadOnlySpan<char> text) => 0;
#endif
}
