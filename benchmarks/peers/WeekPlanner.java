import ai.timefold.solver.core.api.domain.entity.PlanningEntity;
import ai.timefold.solver.core.api.domain.lookup.PlanningId;
import ai.timefold.solver.core.api.domain.solution.PlanningEntityCollectionProperty;
import ai.timefold.solver.core.api.domain.solution.PlanningScore;
import ai.timefold.solver.core.api.domain.solution.PlanningSolution;
import ai.timefold.solver.core.api.domain.valuerange.ValueRangeProvider;
import ai.timefold.solver.core.api.domain.variable.PlanningVariable;
import ai.timefold.solver.core.api.score.buildin.bendablelong.BendableLongScore;
import ai.timefold.solver.core.api.score.calculator.IncrementalScoreCalculator;
import ai.timefold.solver.core.api.solver.Solver;
import ai.timefold.solver.core.api.solver.SolverFactory;
import ai.timefold.solver.core.config.constructionheuristic.ConstructionHeuristicPhaseConfig;
import ai.timefold.solver.core.config.constructionheuristic.ConstructionHeuristicType;
import ai.timefold.solver.core.config.heuristic.selector.move.MoveSelectorConfig;
import ai.timefold.solver.core.config.heuristic.selector.move.composite.UnionMoveSelectorConfig;
import ai.timefold.solver.core.config.heuristic.selector.move.generic.ChangeMoveSelectorConfig;
import ai.timefold.solver.core.config.heuristic.selector.move.generic.RuinRecreateMoveSelectorConfig;
import ai.timefold.solver.core.config.heuristic.selector.move.generic.SwapMoveSelectorConfig;
import ai.timefold.solver.core.config.localsearch.LocalSearchPhaseConfig;
import ai.timefold.solver.core.config.localsearch.LocalSearchType;
import ai.timefold.solver.core.config.score.director.ScoreDirectorFactoryConfig;
import ai.timefold.solver.core.config.solver.SolverConfig;
import ai.timefold.solver.core.config.solver.termination.TerminationConfig;
import java.io.IOException;
import java.io.StreamTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A week of meetings, planned by Timefold: {@code WeekPlanner PROBLEM SECONDS SEED SEARCH START}.
 *
 * <p>Reads what timefold.py writes, and prints the choice of each task (its index), then the score; or "none" if its
 * construction did not end in time. Hard: broken rules;
 * soft: the tiers in their order. The score is worked out incrementally, by cells of a quarter hour.
 */
public final class WeekPlanner {
    static final int CELL = 15;
    static final int TIERS = 6;
    static final int CONFLICTS = 0;
    static final int PEOPLE = 4;
    static final int FOCUS = 5;

    public static void main(String[] args) throws IOException {
        Problem problem = Problem.read(Path.of(args[0]));
        Week week = new Week();
        week.problem = problem;
        for (Task task : problem.tasks) {
            Meeting meeting = new Meeting();
            meeting.id = task.number;
            meeting.choices = IntStream.range(0, task.choices.length).boxed().toList();
            meeting.choice = args[4].equals("stay") ? 0 : null;
            week.meetings.add(meeting);
        }
        week.meetings.sort((a, b) -> Integer.compare(problem.tasks[b.id].weight(), problem.tasks[a.id].weight()));
        Solver<Week> solver = SolverFactory.<Week>create(config(args)).buildSolver();
        Week best = solver.solve(week);
        if (best.meetings.stream().anyMatch(meeting -> meeting.choice == null)) {
            System.out.println("none");
            return;
        }
        int[] chosen = new int[problem.tasks.length];
        best.meetings.forEach(meeting -> chosen[meeting.id] = meeting.choice);
        System.out.println(Arrays.toString(chosen).replaceAll("[\\[\\],]", ""));
        System.out.println(best.score);
    }

    static SolverConfig config(String[] args) {
        LocalSearchPhaseConfig search = new LocalSearchPhaseConfig();
        if (args[3].startsWith("ruin")) {
            search.withMoveSelectorConfig(withRuin(Integer.parseInt(args[3].substring(4))));
        } else if (args[3].equals("change")) {
            search.withMoveSelectorConfig(new ChangeMoveSelectorConfig());
        } else if (args[3].equals("tabu")) {
            search.withLocalSearchType(LocalSearchType.TABU_SEARCH);
        }
        SolverConfig config = new SolverConfig()
                .withSolutionClass(Week.class)
                .withEntityClasses(Meeting.class)
                .withRandomSeed(Long.parseLong(args[2]))
                .withScoreDirectorFactory(
                        new ScoreDirectorFactoryConfig().withIncrementalScoreCalculatorClass(Calculator.class))
                .withTerminationConfig(new TerminationConfig()
                        .withSpentLimit(Duration.ofMillis((long) (1000 * Double.parseDouble(args[1])))));
        ConstructionHeuristicPhaseConfig first = new ConstructionHeuristicPhaseConfig()
                .withConstructionHeuristicType(ConstructionHeuristicType.FIRST_FIT);
        return args[4].equals("stay") ? config.withPhases(search) : config.withPhases(first, search);
    }

    static MoveSelectorConfig<?> withRuin(int most) {
        ChangeMoveSelectorConfig change = new ChangeMoveSelectorConfig();
        change.setFixedProbabilityWeight(200.0);
        RuinRecreateMoveSelectorConfig ruin =
                new RuinRecreateMoveSelectorConfig().withMinimumRuinedCount(2).withMaximumRuinedCount(most);
        ruin.setFixedProbabilityWeight(1.0);
        SwapMoveSelectorConfig swap = new SwapMoveSelectorConfig();
        swap.setFixedProbabilityWeight(20.0);
        return new UnionMoveSelectorConfig(List.of(change, swap, ruin));
    }

    /** What is planned, and the plan. */
    @PlanningSolution
    public static class Week {
        Problem problem;

        @PlanningEntityCollectionProperty
        List<Meeting> meetings = new ArrayList<>();

        @PlanningScore(bendableHardLevelsSize = 1, bendableSoftLevelsSize = TIERS)
        BendableLongScore score;

        public Week() {}
    }

    /** A task with its choice: an index into its choices. */
    @PlanningEntity
    public static class Meeting {
        @PlanningId
        public int id;

        @ValueRangeProvider(id = "choices")
        public List<Integer> choices;

        @PlanningVariable(valueRangeProviderRefs = "choices")
        public Integer choice;

        public Meeting() {}
    }

    record Choice(boolean stays, long[] costs, int[] starts, int[] ends, int day) {}

    record Relation(boolean order, int first, int second) {}

    static final class Task {
        int number;
        int[] required;
        int[] optional;
        Choice[] choices;
        final List<Relation> relations = new ArrayList<>();

        /** Minutes of people: what is large comes first. */
        int weight() {
            Choice any = choices[choices.length - 1];
            return any.starts.length == 0 ? 0 : (any.ends[0] - any.starts[0]) * required.length;
        }
    }

    /** A day of working time of somebody whose load counts: its cells, and which are busy whatever is chosen. */
    static final class Day {
        int start;
        int end;
        boolean[] busy;
        int busyMinutes;
        int busySpans;
    }

    static final class Problem {
        int slackMinutes;
        int slack;
        int ceilingMinutes;
        int ceiling;
        int fragment;
        int focusCells;
        int runMinutes;
        int breaks;
        int ceilingMeetings;
        int meeting;
        int optional;
        int cells;
        int[] order = new int[TIERS];
        Day[][] days;
        Task[] tasks;
        private StreamTokenizer tokens;

        static Problem read(Path path) throws IOException {
            Problem problem = new Problem();
            try (var reader = Files.newBufferedReader(path)) {
                problem.tokens = new StreamTokenizer(reader);
                problem.fill();
            }
            return problem;
        }

        private void fill() throws IOException {
            slackMinutes = next();
            slack = next();
            ceilingMinutes = next();
            ceiling = next();
            fragment = next();
            focusCells = next();
            runMinutes = next();
            breaks = next();
            ceilingMeetings = next();
            meeting = next();
            optional = next();
            cells = next();
            order = list();
            days = new Day[next()][];
            for (int resource = 0; resource < days.length; resource++) {
                days[resource] = new Day[next()];
                for (int day = 0; day < days[resource].length; day++) {
                    days[resource][day] = readDay();
                }
            }
            tasks = new Task[next()];
            for (int number = 0; number < tasks.length; number++) {
                tasks[number] = readTask(number);
            }
            for (int left = next(); left > 0; left--) {
                Relation relation = new Relation(next() == 1, next(), next());
                tasks[relation.first].relations.add(relation);
                tasks[relation.second].relations.add(relation);
            }
        }

        private Day readDay() throws IOException {
            Day day = new Day();
            day.start = next();
            day.end = next();
            day.busyMinutes = next();
            day.busySpans = next();
            day.busy = new boolean[day.end - day.start];
            for (int cell : list()) {
                day.busy[cell] = true;
            }
            return day;
        }

        private Task readTask(int number) throws IOException {
            Task task = new Task();
            task.number = number;
            task.required = list();
            task.optional = list();
            task.choices = new Choice[next()];
            for (int choice = 0; choice < task.choices.length; choice++) {
                boolean stays = next() == 1;
                int day = next();
                long[] costs = new long[TIERS];
                for (int tier = 0; tier < TIERS; tier++) {
                    costs[tier] = next();
                }
                task.choices[choice] = new Choice(stays, costs, list(), list(), day);
            }
            return task;
        }

        private int[] list() throws IOException {
            int[] found = new int[next()];
            for (int i = 0; i < found.length; i++) {
                found[i] = next();
            }
            return found;
        }

        private int next() throws IOException {
            tokens.nextToken();
            return (int) tokens.nval;
        }
    }

    /** The score, kept up to date choice by choice. */
    public static final class Calculator implements IncrementalScoreCalculator<Week, BendableLongScore> {
        private Problem problem;
        private Integer[] chosen;
        private int[][] fresh;
        private int[][] kept;
        private int[][] maybe;
        private int[][] meetings;
        private long[][] people;
        private long[][] focus;
        private long hard;
        private long[] tiers;

        @Override
        public void resetWorkingSolution(Week week) {
            problem = week.problem;
            chosen = new Integer[problem.tasks.length];
            int resources = problem.days.length;
            fresh = new int[resources][problem.cells];
            kept = new int[resources][problem.cells];
            maybe = new int[resources][problem.cells];
            meetings = new int[resources][];
            people = new long[resources][];
            focus = new long[resources][];
            hard = 0;
            tiers = new long[TIERS];
            for (int resource = 0; resource < resources; resource++) {
                meetings[resource] = new int[problem.days[resource].length];
                people[resource] = new long[problem.days[resource].length];
                focus[resource] = new long[problem.days[resource].length];
                for (int day = 0; day < people[resource].length; day++) {
                    valueDay(resource, day);
                }
            }
            week.meetings.forEach(this::add);
        }

        @Override
        public void beforeEntityAdded(Object entity) {}

        @Override
        public void afterEntityAdded(Object entity) {
            add((Meeting) entity);
        }

        @Override
        public void beforeVariableChanged(Object entity, String variable) {
            remove((Meeting) entity);
        }

        @Override
        public void afterVariableChanged(Object entity, String variable) {
            add((Meeting) entity);
        }

        @Override
        public void beforeEntityRemoved(Object entity) {
            remove((Meeting) entity);
        }

        @Override
        public void afterEntityRemoved(Object entity) {}

        @Override
        public BendableLongScore calculateScore() {
            long[] soft = new long[TIERS];
            for (int i = 0; i < TIERS; i++) {
                soft[i] = -tiers[problem.order[i]];
            }
            return BendableLongScore.of(new long[] {-hard}, soft);
        }

        private void add(Meeting meeting) {
            if (meeting.choice != null) {
                Task task = problem.tasks[meeting.id];
                chosen[meeting.id] = meeting.choice;
                change(task, task.choices[meeting.choice], 1);
            }
        }

        private void remove(Meeting meeting) {
            if (meeting.choice != null) {
                Task task = problem.tasks[meeting.id];
                change(task, task.choices[meeting.choice], -1);
                chosen[meeting.id] = null;
            }
        }

        private void change(Task task, Choice choice, int sign) {
            for (int tier = 0; tier < TIERS; tier++) {
                tiers[tier] += sign * choice.costs[tier];
            }
            for (Relation relation : task.relations) {
                hard += broken(relation) ? sign : 0;
            }
            for (int i = 0; i < choice.starts.length; i++) {
                for (int resource : task.required) {
                    require(resource, choice.starts[i], choice.ends[i], choice.stays, sign);
                }
                for (int resource : task.optional) {
                    invite(resource, choice.starts[i], choice.ends[i], sign);
                }
                for (int resource : task.required) {
                    valueDays(resource, choice.starts[i], choice.ends[i], sign);
                }
            }
        }

        private void require(int resource, int start, int end, boolean stays, int sign) {
            int[] own = stays ? kept[resource] : fresh[resource];
            for (int cell = start; cell < end; cell++) {
                own[cell] -= sign < 0 ? 1 : 0;
                if (stays) {
                    hard += sign * fresh[resource][cell];
                    tiers[CONFLICTS] += sign * CELL * kept[resource][cell];
                } else {
                    hard += sign * (fresh[resource][cell] + kept[resource][cell]);
                }
                tiers[PEOPLE] += (long) sign * CELL * problem.optional * maybe[resource][cell];
                own[cell] += sign > 0 ? 1 : 0;
            }
        }

        private void invite(int resource, int start, int end, int sign) {
            int[] own = maybe[resource];
            for (int cell = start; cell < end; cell++) {
                own[cell] -= sign < 0 ? 1 : 0;
                int others = own[cell] + fresh[resource][cell] + kept[resource][cell];
                tiers[PEOPLE] += (long) sign * CELL * problem.optional * others;
                own[cell] += sign > 0 ? 1 : 0;
            }
        }

        private boolean broken(Relation relation) {
            Integer first = chosen[relation.first];
            Integer second = chosen[relation.second];
            if (first == null || second == null) {
                return false;
            }
            Choice one = problem.tasks[relation.first].choices[first];
            Choice other = problem.tasks[relation.second].choices[second];
            if (one.starts.length == 0 || other.starts.length == 0 || (one.stays && other.stays)) {
                return false;
            }
            return relation.order ? one.ends[0] > other.starts[0] : one.day == other.day;
        }

        private void valueDays(int resource, int start, int end, int sign) {
            Day[] days = problem.days[resource];
            for (int day = 0; day < days.length; day++) {
                if (start < days[day].end && days[day].start < end) {
                    meetings[resource][day] += sign;
                    valueDay(resource, day);
                }
            }
        }

        /** What a load day costs, anew. */
        private void valueDay(int resource, int number) {
            Day day = problem.days[resource][number];
            int taken = day.busyMinutes;
            int free = 0;
            int busy = 0;
            int scattered = 0;
            int tired = 0;
            for (int cell = 0; cell < day.busy.length; cell++) {
                int count = fresh[resource][day.start + cell] + kept[resource][day.start + cell];
                taken += CELL * count;
                if (count == 0 && !day.busy[cell]) {
                    tired += Math.max(0, CELL * busy - problem.runMinutes);
                    busy = 0;
                    free++;
                } else {
                    scattered += 1 + (free < problem.focusCells ? free : 0);
                    free = 0;
                    busy++;
                }
            }
            scattered += free < problem.focusCells ? free : 0;
            tired += Math.max(0, CELL * busy - problem.runMinutes);
            int slack = CELL * day.busy.length - taken;
            int many = meetings[resource][number] + day.busySpans - problem.ceilingMeetings;
            long load = (long) problem.slack * Math.max(0, problem.slackMinutes - slack)
                    + (long) problem.ceiling * Math.max(0, taken - problem.ceilingMinutes)
                    + (long) problem.meeting * Math.max(0, many)
                    + (long) problem.breaks * tired;
            long fragments = (long) problem.fragment * scattered;
            tiers[PEOPLE] += load - people[resource][number];
            tiers[FOCUS] += fragments - focus[resource][number];
            people[resource][number] = load;
            focus[resource][number] = fragments;
        }
    }
}
