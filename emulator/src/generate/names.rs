//! What made-up members are called, and what they did.

pub(super) const FIRST: [&str; 40] = [
    "Alex", "Amara", "Ben", "Bianca", "Carlos", "Chloe", "Dana", "Diego", "Elena", "Emre", "Farah", "Felix",
    "Grace", "Hana", "Henry", "Ines", "Ivan", "Jade", "Jonas", "Kai", "Kira", "Leo", "Lina", "Malik", "Maya",
    "Nico", "Nora", "Omar", "Petra", "Quinn", "Rafael", "Rosa", "Sam", "Sofia", "Tariq", "Tess", "Uma",
    "Victor", "Yara", "Zoe",
];

pub(super) const LAST: [&str; 40] = [
    "Abbott", "Alvarez", "Baker", "Becker", "Bishop", "Carter", "Castillo", "Chen", "Dawson", "Diaz",
    "Ellis", "Fischer", "Flynn", "Garcia", "Grant", "Hayes", "Hoffman", "Ito", "Jensen", "Kaplan", "Keller",
    "Lopez", "Marsh", "Meyer", "Moreau", "Nakamura", "Novak", "Ortiz", "Park", "Patel", "Quinn", "Reyes",
    "Rossi", "Schmidt", "Silva", "Turner", "Vargas", "Walsh", "Young", "Zhang",
];

pub(super) const REASONS: [&str; 8] = [
    "Late to briefing",
    "Left the scene without a report",
    "Unsafe driving",
    "Radio discipline",
    "Missed two patrols",
    "Wrong uniform",
    "Did not answer dispatch",
    "Argued with a supervisor",
];
