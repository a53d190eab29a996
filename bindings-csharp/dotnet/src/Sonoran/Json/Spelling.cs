using System.Linq;

namespace Sonoran.Json;

/// <summary>Whether two names are most likely meant to be the same.</summary>
internal static class Spelling
{
    /// <summary>A name without what is a matter of habit: case, and signs between words.</summary>
    internal static string Plain(string name) => new(name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant).ToArray());

    /// <summary>Whether plain names are the same, or two letters beside each other have changed places.</summary>
    /// <remarks>
    /// A letter more, less or another makes too many words: plurals, <c>game</c> of <c>name</c>. Letters that changed places seldom
    /// make one, such as <c>form</c> of <c>from</c>, and then the right name is most often there as well.
    /// </remarks>
    internal static bool IsNear(string one, string other)
    {
        if (one == other)
        {
            return true;
        }

        if (one.Length != other.Length)
        {
            return false;
        }

        var at = one.Zip(other, static (a, b) => a == b).TakeWhile(static same => same).Count();
        return at + 1 < one.Length && one[at] == other[at + 1] && one[at + 1] == other[at]
            && string.CompareOrdinal(one, at + 2, other, at + 2, one.Length) == 0;
    }
}
