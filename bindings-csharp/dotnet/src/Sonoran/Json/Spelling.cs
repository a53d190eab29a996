using System.Linq;

namespace Sonoran.Json;

/// <summary>Whether two names are most likely meant to be the same.</summary>
internal static class Spelling
{
    /// <summary>Shorter names are near too many others.</summary>
    private const int Shortest = 4;

    /// <summary>A name without what is a matter of habit: case, and signs between words.</summary>
    internal static string Plain(string name) => new(name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant).ToArray());

    /// <summary>Whether plain names are the same, or one letter is wrong, missing, too many or changed with its neighbour.</summary>
    internal static bool IsNear(string one, string other)
    {
        if (one == other)
        {
            return true;
        }

        var (longer, shorter) = one.Length >= other.Length ? (one, other) : (other, one);
        if (shorter.Length < Shortest || longer.Length - shorter.Length > 1)
        {
            return false;
        }

        var at = 0;
        while (at < shorter.Length && longer[at] == shorter[at])
        {
            at++;
        }

        // Numbers at the end tell siblings apart, such as ip1 and ip2.
        return longer.Length > shorter.Length ? !char.IsDigit(longer[at]) && Same(longer, at + 1, shorter, at)
            : !char.IsDigit(longer[at]) && !char.IsDigit(shorter[at])
                && (Same(longer, at + 1, shorter, at + 1) || IsSwapped(longer, shorter, at));
    }

    private static bool IsSwapped(string one, string other, int at) =>
        at + 1 < one.Length && one[at] == other[at + 1] && one[at + 1] == other[at] && Same(one, at + 2, other, at + 2);

    private static bool Same(string one, int from, string other, int otherFrom) =>
        string.CompareOrdinal(one, from, other, otherFrom, one.Length + other.Length) == 0;
}
